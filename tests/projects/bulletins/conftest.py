from tests.projects.bulletins.papers import released

__all__ = ["released"]
