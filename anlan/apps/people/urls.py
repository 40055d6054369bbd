"""Addresses of people."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.people import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.second_factor, name="second_factor"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("me/", views.me, name="me"),
    path("me/password/", views.password, name="password"),
    path("me/second-factor/", views.enrol, name="enrol"),
    path("me/sessions/end/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("people/access/", views.access, name="access"),
    path("people/issue/", views.issue_accounts, name="issue"),
]

add_page(Entry("system", 5, _("Who may do what"), "shield-question", "people:access", "people.view_grant"))
add_page(Entry("system", 15, _("Issue accounts"), "user-plus", "people:issue", "people.add_account"))
