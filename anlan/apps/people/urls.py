"""Addresses of people."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.people.views import administration, me, organisations, signing
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.second_factor, name="second_factor"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/second-factor/", me.enrol, name="enrol"),
    path("me/second-factor/off/", me.drop_factor, name="drop_factor"),
    path("me/sessions/end/", me.sign_out_everywhere, name="sign_out_everywhere"),
    path("me/sessions/<slug:handle>/end/", me.end_session, name="end_session"),
    path("me/tokens/new/", me.new_token, name="new_token"),
    path("me/tokens/<slug:key>/revoke/", me.revoke_token, name="revoke_token"),
    path("people/access/", administration.show_access, name="access"),
    path("people/issue/", administration.issue_accounts, name="issue"),
    path("people/issue/one/", administration.issue_one, name="issue_one"),
    path("people/issue/template.csv", administration.issue_template, name="issue_template"),
    path("people/tree/", organisations.tree, name="tree"),
    path("people/contacts-of/<slug:kind>/<int:pk>/", organisations.contacts, name="contacts"),
    path("people/accounts/<int:pk>/reset/", administration.reset, name="reset"),
    # These verbs have pages of their own, with choices in the place of codes to type; the desk still makes their endpoints.
    path("people/accounts/<int:pk>/grant/", administration.grant, name="grant"),
    path("people/posts/<int:pk>/hand_over/", administration.hand_over, name="hand_over"),
]

add_page(Entry("people", 15, _("Organisations and posts"), "sitemap", "people:tree", "people.view_organisation"))
add_page(Entry("system", 5, _("Who may do what"), "shield-question", "people:access", "people.view_grant"))
add_page(Entry("system", 15, _("Issue accounts"), "user-plus", "people:issue", "people.add_account"))
