"""How a service reads its settings (shared/settings.py)."""

from pathlib import Path

import pytest

from shared.settings import Settings, WrongSettings, read, reference

GOOD = {
    "MEDVERKA_SERVICE": "registry",
    "MEDVERKA_DATABASE_URL": "postgresql://registry:s3cret@db/registry",
    "MEDVERKA_KEYS_URL": "postgresql://registry:s3cret@keys/keys",
    "MEDVERKA_KEYS_SECRET": "/run/secrets/keys_secret",
    "MEDVERKA_CHECKPOINT_KEY": "/run/secrets/checkpoint_key",
    "MEDVERKA_KAFKA": "kafka:9092",
    "MEDVERKA_AUTHORITY": "deploy/authority/gotland.toml",
    "MEDVERKA_TOKEN_KEYS": "/run/secrets/token_keys.pem",
    "MEDVERKA_TOKEN_ISSUER": "https://id.example.se",
    "PATH": "/usr/bin",
}


def test_a_complete_environment_gives_the_settings() -> None:
    """Variables of ours are read, those of others left alone, and what is not given has its default."""
    settings = read(GOOD)
    assert (settings.service, settings.kafka, settings.http_port) == ("registry", "kafka:9092", 8000)
    assert settings.clock is None


@pytest.mark.parametrize("missing", [name for name in GOOD if name.startswith("MEDVERKA_")])
def test_a_missing_setting_stops_the_start(missing: str) -> None:
    """A setting without a default that is not given is named, with an example."""
    with pytest.raises(WrongSettings, match=rf"^{missing}: missing; set it, for example {missing}=\S+$"):
        read({name: value for name, value in GOOD.items() if name != missing})


def test_an_unknown_setting_stops_the_start() -> None:
    """A misspelt variable of ours is named rather than passed over."""
    with pytest.raises(WrongSettings, match=r"^MEDVERKA_KAFFKA: no such setting; known are MEDVERKA_SERVICE, "):
        read(GOOD | {"MEDVERKA_KAFFKA": "kafka:9092"})


def test_a_wrong_setting_stops_the_start() -> None:
    """A value that cannot be right is named with what would be."""
    with pytest.raises(WrongSettings, match=r"^MEDVERKA_HTTP_PORT: .*; set it, for example MEDVERKA_HTTP_PORT=8000$"):
        read(GOOD | {"MEDVERKA_HTTP_PORT": "no port"})


def test_every_fault_is_told_at_once() -> None:
    """Whoever sets a service up sees all that is wrong in one go."""
    with pytest.raises(WrongSettings) as caught:
        read({"MEDVERKA_SERVICE": "nobody"})
    assert len(str(caught.value).splitlines()) == 8


def test_a_secret_stands_in_a_file(tmp_path: Path) -> None:
    """A file named like the variable in the secrets' directory is read as the variable, without its last line break."""
    (tmp_path / "medverka_database_url").write_text("postgresql://registry:other@db/registry\n")
    (tmp_path / "token_keys.pem").write_text("not a setting")
    without = {name: value for name, value in GOOD.items() if name != "MEDVERKA_DATABASE_URL"}
    settings = read(without | {"MEDVERKA_SECRETS": str(tmp_path)})
    assert settings.database_url.get_secret_value() == "postgresql://registry:other@db/registry"


def test_an_unknown_secret_stops_the_start(tmp_path: Path) -> None:
    """A misspelt file of ours is named like a misspelt variable."""
    (tmp_path / "medverka_databse_url").write_text("x")
    with pytest.raises(WrongSettings, match=r"^MEDVERKA_DATABSE_URL: no such setting"):
        read(GOOD | {"MEDVERKA_SECRETS": str(tmp_path)})


def test_a_missing_directory_of_secrets_stops_the_start(tmp_path: Path) -> None:
    """A directory that is not mounted is named, rather than each secret in it."""
    with pytest.raises(WrongSettings, match=r"^MEDVERKA_SECRETS: .* is no directory"):
        read(GOOD | {"MEDVERKA_SECRETS": str(tmp_path / "none")})


def test_an_empty_variable_counts_as_not_given() -> None:
    """Compose cannot leave a variable out, only empty."""
    assert read(GOOD | {"MEDVERKA_CLOCK": ""}).clock is None


def test_no_secret_is_printed() -> None:
    """Neither the settings nor a refusal shows a password."""
    assert "s3cret" not in repr(read(GOOD))
    with pytest.raises(WrongSettings) as caught:
        read(GOOD | {"MEDVERKA_TOPIC_PREFIX": "s3cret?"})
    assert "s3cret" not in str(caught.value)


def test_settings_cannot_be_changed() -> None:
    """They are read once."""
    with pytest.raises(ValueError, match="frozen"):
        read(GOOD).kafka = "other"  # type: ignore[misc] # what is tried


def test_the_reference_names_every_setting() -> None:
    """The table that operators read has a row for each, in both languages."""
    rows = [line for line in reference().splitlines() if line.startswith("| `MEDVERKA_")]
    assert len(rows) == len(Settings.model_fields)
    assert all(len([cell for cell in row.split("|") if cell.strip()]) == 5 for row in rows)
