"""A database of the operator's own: the SQL that makes its roles and databases, and what to do when it was not prepared."""

from __future__ import annotations

from psycopg import errors, sql

from anlan.site.cluster import GRANTS
from anlan.site.config import Config, database_from_url

DATABASE_SCRIPT = (
    "`anlan database-script` prints the SQL that prepares it. 数据库尚未准备好，所需 SQL 由 anlan database-script 给出"
)
MIGRATE = "Run: anlan migrate. 数据表尚未建立，请运行 anlan migrate"


def script(config: Config | None = None) -> str:
    """Return SQL for psql that makes the roles, databases and rights the four addresses name; raises ValueError without them."""
    config = config or Config.from_environment()
    urls = (
        (config.owner_database_url, config.database_url),
        (config.owner_exercise_database_url, config.exercise_database_url),
    )
    if not all(url for pair in urls for url in pair):
        raise ValueError(
            "Set the four addresses first: DATABASE_URL, ANLAN_EXERCISE_DATABASE_URL, ANLAN_OWNER_DATABASE_URL,"
            " ANLAN_OWNER_EXERCISE_DATABASE_URL. 请先设置四个数据库地址。"
        )
    roles: dict[str, str] = {}
    worlds = []
    for pair in urls:
        owner, app = (database_from_url(url) for url in pair)
        roles |= {str(place["USER"]): str(place["PASSWORD"]) for place in (owner, app)}
        names = {"owner": _name(owner["USER"]), "app": _name(app["USER"])}
        worlds.append(f"CREATE DATABASE {_name(owner['NAME'])} OWNER {names['owner']} ENCODING 'UTF8' TEMPLATE template0;")
        worlds.append(f"\\connect {_name(owner['NAME'])}{GRANTS.format(**names)}")
    made = [f"CREATE ROLE {_name(role)} LOGIN PASSWORD {sql.quote(word)};" for role, word in roles.items()]
    return "\n".join(["\\set ON_ERROR_STOP on", *made, *worlds])


def _name(value: object) -> str:
    return sql.Identifier(str(value)).as_string(None)


def unprepared(error: Exception) -> str:
    """Return the remedy when an error says that tables, rights or PostGIS are missing; nothing for any other error."""
    cause = error.__cause__
    if isinstance(cause, (errors.UndefinedTable, errors.UndefinedColumn)):
        return MIGRATE
    return DATABASE_SCRIPT if isinstance(cause, (errors.InsufficientPrivilege, errors.FeatureNotSupported)) else ""
