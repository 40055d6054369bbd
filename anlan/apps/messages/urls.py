"""Addresses of messages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from anlan.apps.messages import views
from anlan.kit.desk.menu import Entry, add_page

urlpatterns = [
    path("messages/delivery/", views.delivery, name="delivery"),
    path("messages/delivery/test/", views.test_contact, name="test_contact"),
]

add_page(Entry("warning", 50, _("Message delivery"), "mail-check", "messages:delivery", "messages.view_receipt"))
