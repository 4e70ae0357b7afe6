from importlib import import_module

from django.apps import AppConfig


class LeadersConfig(AppConfig):
    name = "leaders"
    verbose_name = "人员与组织"

    def ready(self) -> None:
        """Whatever way a person is signed in (the page, a test), the session is told when it began."""
        import_module("leaders.accounts.sessions")
