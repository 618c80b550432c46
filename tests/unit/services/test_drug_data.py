"""Which drug data are in force: the built-in test set, or the one that was put into the data folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.domain.drugs.data import DrugData
from desktop.domain.errors import Code, Failure
from desktop.domain.table_file import read_head
from desktop.services import drug_data as service
from desktop.services.drug_data import FOLDER, drug_data, forget, line_reader, look_in, substance_search
from tools.drug_manifest import renewed


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    service._own.clear()
    forget()


def built_in() -> DrugData:
    data = drug_data()
    assert isinstance(data, DrugData)
    return data


def own_set(home: Path) -> Path:
    shutil.copytree(resource("drugs"), home / FOLDER)
    return home / FOLDER


def test_the_built_in_set_is_whole_and_for_tests() -> None:
    data = built_in()
    assert data.test and data.damaged == () and data.licence and data.source
    assert len(data.substances) == 167 and len(data.allergy_groups) == 40
    assert len(data.duplicate_rules) == 35 and len(data.interactions) == 105
    assert not any(row.verified for row in data.interactions) and all(row.hint for row in data.interactions)


def test_the_heads_of_the_built_in_tables_say_what_the_manifest_says() -> None:
    for path in resource("drugs").glob("*.csv"):
        content = path.read_text(encoding="utf-8")
        head = read_head(path.name, content)
        assert head.version == built_in().version.isoformat() and head.test
        assert "verified: no" in head.remarks and any("QA" in line for line in head.remarks)


def test_what_the_tables_name_is_in_the_tables() -> None:
    data = built_in()
    groups = {group.key for group in data.allergy_groups}
    assert {key for one in data.substances for key in one.allergy_groups} <= groups
    for rule in data.duplicate_rules:
        assert not rule.total_inn or data.named(rule.total_inn)
    for row in data.interactions:
        assert data.named(row.inn_a) and data.named(row.inn_b), row
        for name, code in ((row.inn_a, row.atc_a), (row.inn_b, row.atc_b)):
            assert data.coded(code) is data.named(name), row


def test_a_set_of_one_s_own_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    folder = own_set(tmp_path)
    manifest = folder / "manifest.toml"
    told = manifest.read_text(encoding="utf-8").replace("test = true", "test = false")
    manifest.write_text(told, encoding="utf-8")
    assert built_in().test
    look_in(tmp_path)
    assert not built_in().test


def test_no_folder_of_one_s_own_leaves_the_built_in_set(tmp_path: Path) -> None:
    look_in(tmp_path)
    assert built_in().test


def test_a_set_of_one_s_own_that_is_refused_is_not_replaced_by_the_test_set(tmp_path: Path) -> None:
    """CF-117: nobody takes the test set for the one that he paid for."""
    folder = own_set(tmp_path)
    with (folder / "interactions.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    look_in(tmp_path)
    assert drug_data() == Failure.of(Code.DRUG_DATA_CHANGED, file="interactions.csv")
    assert substance_search().hits("amox") == ()
    assert line_reader().read("amox 500 1-1-1 7j").product == "amox"
    manifest = folder / "manifest.toml"
    manifest.write_text(renewed(manifest.read_text(encoding="utf-8"), folder), encoding="utf-8")
    forget()
    assert isinstance(drug_data(), DrugData), "the tool writes the digests anew"


def test_an_empty_folder_is_a_set_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    look_in(tmp_path)
    assert drug_data() == Failure.of(Code.DRUG_DATA_MISSING)


def test_a_file_that_is_no_file_is_told(tmp_path: Path) -> None:
    folder = own_set(tmp_path)
    (folder / "inn_atc.csv").unlink()
    look_in(tmp_path)
    assert drug_data() == Failure.of(Code.DRUG_DATA_TABLE, file="inn_atc.csv")
    (folder / "inn_atc.csv").mkdir()
    forget()
    assert drug_data() == Failure.of(Code.FILE_NO_FILE, name="inn_atc.csv")


def test_forms_and_routes_are_those_of_the_standard_terms() -> None:
    forms = {form for one in built_in().substances for form in one.forms}
    unread = [form for form in sorted(forms) if line_reader().read(f"x {form}").form is None]
    assert unread == []
