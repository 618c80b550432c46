"""A set of drug data from its files: what refuses it as a whole, what costs one row (docs/drug-data.md)."""

from collections.abc import Mapping
from hashlib import sha256

import pytest

from desktop.domain.drugs.data import DataRow, DrugData
from desktop.domain.drugs.reading import TABLES, read_manifest, read_set
from desktop.domain.errors import Code, Failure

HEAD = {
    "format": "1",
    "name": '"Jeu"',
    "version": "2026-11-01",
    "source": '"S"',
    "licence": '"L"',
    "test": "false",
}
ROWS = {
    "substances": (
        "inn_fr,inn_en,atc,atc_other,routes,forms_fr,strengths,allergy_groups,un_control",
        "un,one,A01AA01,,oral,comprimé,5 mg,,",
    ),
    "allergy_groups": ("group,label_fr,atc_prefixes,cross_reaction_fr,action", "ONES,Uns,A01,-,avertir"),
    "duplicate_rules": (
        "rule,atc_prefixes,label_fr,action,exception_fr,same_level,days,total_inn,total_mg,except_prefixes",
        "R1,A01,deux uns,avertir,,,,,,",
    ),
    "interactions": (
        "inn_a,atc_a,inn_b,atc_b,severity,effect_fr,advice_fr,source_hint,verified",
        "un,A01AA01,deux,A01AA02,CI,effet,conseil,texte,yes",
    ),
    "withdrawn": ("gtin,batch,withdrawn,source_fr,reason_fr", "09999990000262,L1,2026-10-30,agence,"),
    "classes": ("atc_prefix,class,forms_fr,source_fr,since", "A01,RR,,liste,2026-10-30"),
}


def tables(**more: str) -> dict[str, bytes]:
    """The files, *more* lines at the end of one."""
    return {
        f"{table}.csv": "\n".join(("# a remark", *rows, *filter(None, [more.get(table, "")]))).encode()
        for table, rows in ROWS.items()
    }


def manifest(contents: Mapping[str, bytes], **other: str) -> bytes:
    told = [f"{entry} = {value}" for entry, value in (HEAD | other).items() if value]
    for table in TABLES:
        digest = sha256(contents[f"{table}.csv"]).hexdigest()
        told.append(f'[tables.{table}]\nfile = "{table}.csv"\nsha256 = "{digest}"')
    return "\n".join(told).encode()


def read(contents: Mapping[str, bytes], told: bytes | None = None) -> DrugData | Failure:
    head = read_manifest(manifest(contents) if told is None else told)
    return head if isinstance(head, Failure) else read_set(head, contents)


def test_a_whole_set_is_read() -> None:
    data = read(tables())
    assert isinstance(data, DrugData)
    assert (data.name, data.test, data.damaged) == ("Jeu", False, ())
    assert data.substances[0].row == DataRow("substances.csv", 3), "the line as an editor counts it"
    assert data.interactions[0].verified is True
    counts = [data.substances, data.allergy_groups, data.duplicate_rules, data.interactions]
    assert [len(rows) for rows in counts] == [1, 1, 1, 1]


def test_a_withdrawn_batch_is_known_by_product_and_batch() -> None:
    """CF-113: the same batch of another product is not withdrawn."""
    data = read(tables())
    assert isinstance(data, DrugData)
    [known] = data.withdrawn
    assert data.withdrawal("09999990000262", "L1") is known
    assert data.withdrawal("09999990000262", "L2") is None
    assert data.withdrawal("09999990000279", "L1") is None
    assert (known.since.isoformat(), known.source) == ("2026-10-30", "agence")


def test_a_list_of_withdrawn_batches_may_be_left_out_or_empty() -> None:
    contents = tables()
    told = manifest(contents)
    without = read(contents, told[: told.index(b"[tables.withdrawn]")])
    assert isinstance(without, DrugData) and without.withdrawn == ()
    empty = read(contents | {"withdrawn.csv": ROWS["withdrawn"][0].encode()})
    assert isinstance(empty, DrugData) and empty.withdrawn == ()


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("format", "2"),
        ("name", '" "'),
        ("version", '"2026-11-01"'),
        ("version", "2026-11-01T10:00:00"),
        ("source", ""),
        ("licence", ""),
        ("test", '"no"'),
    ],
)
def test_a_manifest_without_an_entry_is_refused_by_its_name(entry: str, value: str) -> None:
    contents = tables()
    refused = read(contents, manifest(contents, **{entry: value}))
    assert refused == Failure.of(Code.DRUG_DATA_MANIFEST, entry=entry)


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        (b"[tables.interactions]", b"[tables.others]", "tables.interactions"),
        (b'"interactions.csv"', b'"../interactions.csv"', "tables.interactions"),
        (b'sha256 = "', b'sha256 = "x', "tables.substances"),
        (b"format", b"\xff", "manifest.toml"),
        (b"format = 1", b"format =", "manifest.toml"),
    ],
)
def test_a_manifest_whose_tables_are_not_told_is_refused(old: bytes, new: bytes, entry: str) -> None:
    contents = tables()
    refused = read(contents, manifest(contents).replace(old, new, 1))
    assert refused == Failure.of(Code.DRUG_DATA_MANIFEST, entry=entry)


def test_a_file_that_is_not_the_manifest_s_is_refused() -> None:
    """CF-117: a file that was changed, or cut, is no data."""
    contents = tables()
    told = manifest(contents)
    changed = contents | {"interactions.csv": contents["interactions.csv"][:-1]}
    assert read(changed, told) == Failure.of(Code.DRUG_DATA_CHANGED, file="interactions.csv")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"", b"# nothing\n", b"inn_a,atc_a\n", "\n".join(ROWS["interactions"][:1]).encode()],
)
def test_a_table_without_text_columns_or_rows_is_refused(content: bytes) -> None:
    contents = tables() | {"interactions.csv": content}
    assert read(contents) == Failure.of(Code.DRUG_DATA_TABLE, file="interactions.csv")


def test_a_table_that_is_not_there_is_refused() -> None:
    contents = tables()
    told = manifest(contents)
    del contents["substances.csv"]
    assert read(contents, told) == Failure.of(Code.DRUG_DATA_TABLE, file="substances.csv")


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("substances", "deux,two,A01,,,,,,"),
        ("substances", ",two,A01AA02,,,,,,"),
        ("substances", "deux,two,A01AA02"),
        ("substances", "deux,two,A01AA02,x,,,,,"),
        ("allergy_groups", "TWOS,Deux,A01,-,interdire"),
        ("allergy_groups", "TWOS,Deux,A01,-,avertir-dose-totale"),
        ("allergy_groups", "ONES,Encore,A01,-,avertir"),
        ("allergy_groups", "TWOS,Deux,a01,-,avertir"),
        ("duplicate_rules", "R2,,rien,avertir,,,,,,"),
        ("duplicate_rules", "R2,A01,somme,avertir-dose-totale,,,,,,"),
        ("duplicate_rules", "R2,A01,somme,avertir-dose-totale,,,,un,beaucoup,"),
        ("duplicate_rules", "R2,A01,x,avertir,,cinq,,,,"),
        ("duplicate_rules", "R1,A01,encore,avertir,,,,,,"),
        ("interactions", "un,A01AA01,deux,A01AA02,XX,effet,,,no"),
        ("interactions", "un,A01AA01,deux,A01AA02,ci,effet,,,no"),
        ("interactions", "un,A01AA01,deux,A01AA02,CI,,,,no"),
        ("interactions", "un,A01AA01,deux,A01AA02,CI,effet,,,perhaps"),
        ("interactions", "un,A01AA01,deux,A0,CI,effet,,,no"),
        ("interactions", "un,A01AA01,deux,A01AA02,CI,effet, one cell too many,,,no"),
        ("withdrawn", "9999990000262,L2,2026-10-30,agence,"),
        ("withdrawn", "09999990000262,,2026-10-30,agence,"),
        ("withdrawn", "09999990000262,L2,30.10.2026,agence,"),
        ("withdrawn", "09999990000262,L2,2026-10-30,,"),
    ],
)
def test_a_row_that_cannot_be_read_costs_that_row_and_is_counted(table: str, row: str) -> None:
    data = read(tables(**{table: row}))
    assert isinstance(data, DrugData)
    assert data.damaged == (DataRow(f"{table}.csv", 4),)
    counts = [data.substances, data.allergy_groups, data.duplicate_rules, data.interactions]
    assert [len(rows) for rows in counts] == [1, 1, 1, 1]
