"""Addresses of plans."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.plans import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("plans/<int:pk>/print/", views.print_plan, name="print"),
    path("plans/<int:pk>/compare/<int:other>/", views.compare, name="compare"),
    path("plans/new/", views.new_version, name="new"),
]

add_page(Entry("response", 45, _("New version of a plan"), "file-plus", "plans:new", "plans.add_plan"))
