"""What the prescriber typed, what stands in the way of his signature, and what the store keeps of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from desktop.domain.account import Practice
from desktop.domain.drugs.checks import MAX_AGE
from desktop.domain.drugs.data import DrugData
from desktop.domain.drugs.findings import AlertLevel
from desktop.domain.errors import Code, Failure
from desktop.domain.prescription.identifier import OrdonnanceCode, check_character, parse_qr_text
from desktop.domain.prescription.lifecycle import LineAct, LineState
from desktop.domain.prescription.ordonnance import Line, Nature, Product, RenewalClass
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.texts import Language
from desktop.features.prescribing.cells import missing_letterhead, product_words
from desktop.features.prescribing.domain.draft import RxDraft, copied, new_draft
from desktop.features.prescribing.domain.favourites import favourite_of, line_of_favourite, matching
from desktop.features.prescribing.domain.filling import (
    Field,
    act_of,
    checked_of,
    line_of,
    typed_again,
    understood,
)
from desktop.features.prescribing.domain.following import acts_of, category_of, replaceable
from desktop.features.prescribing.domain.obstacles import (
    Obstacle,
    ObstacleKind,
    obstacles,
    pass_over,
    passed_over,
    still_meant,
)
from desktop.features.prescribing.kept import KEPT
from desktop.features.prescribing.service.drafts import RxDrafts
from desktop.features.prescribing.service.favourites import Favourites
from desktop.features.prescribing.service.issuing import ordonnance_of, paper
from desktop.features.prescribing.service.papers import RxPaper, RxPapers
from desktop.features.prescribing.service.tools import RxTools
from desktop.ports.kept import Fate, Table
from desktop.services.drug_data import drug_data, line_reader
from tests.fakes import FakeKept
from tests.fakes.store import FakeVault
from tests.samples.practice import ACCOUNT, NOW, patient

TODAY = date(2026, 11, 30)
AMOX = "amoxicilline 500 mg gélule 1-1-1 7j"


def said(words: str) -> Line:
    read = understood(words, line_reader())
    assert read.complete, (read.missing, read.typed.left)
    return line_of(read, None)


def draft(*words: str) -> RxDraft:
    made = new_draft("p1")
    for one in words:
        made = made.with_line(said(one))
    return made


def tools() -> RxTools:
    return RxTools(drug_data(), line_reader())


@pytest.fixture
def rows() -> Iterator[FakeKept]:
    vault = FakeVault()
    vault.holder = "H1"
    made = FakeKept(KEPT, vault)
    yield made
    made.close()


@pytest.mark.parametrize(
    "words", [AMOX, "7j gélule 1-1-1 amoxicilline 500 mg", "1-1-1 amoxicilline 7j 500 mg gélule"]
)
def test_the_order_of_the_words_says_nothing(words: str) -> None:
    line = said(words)
    assert (line.product.label, line.days) == ("amoxicilline 500 mg", 7)
    assert line.quantity is not None and line.quantity.value == 21
    assert line.posology is not None and line.posology.rhythm == tuple(map(Decimal, "1110"))


@pytest.mark.parametrize(
    ("words", "amount"), [("qté 30", 30), ("Menge 14", 14), ("qty 2", 2), ("quantité 30", 30)]
)
def test_a_quantity_that_was_written_is_not_counted(words: str, amount: int) -> None:
    line = said(f"{AMOX} {words}")
    assert line.quantity is not None and line.quantity.value == amount


def test_as_needed_has_no_quantity_of_its_own() -> None:
    """What is taken when needed cannot be counted: the prescriber says how much."""
    read = understood("paracétamol 500 mg comprimé 1-1-1 si besoin 7j", line_reader())
    assert read.missing == (Field.QUANTITY,)


def test_nothing_is_guessed() -> None:
    read = understood("amoxicilline", line_reader())
    assert read.missing == (Field.STRENGTH, Field.FORM, Field.RHYTHM, Field.DURATION, Field.QUANTITY)


def test_cf111_free_text_needs_neither_strength_nor_form() -> None:
    line = said("baume magistral xyz 1-0-1 7j qté 1")
    assert not line.product.coded and line.product.label == "baume magistral xyz"
    findings = tools().findings((replace(line, number=1),), None, TODAY)
    assert any(one.rule == "N-CODE" or "sans code" in one.words() for one in findings)


def test_an_edited_line_reads_back_as_it_was() -> None:
    before = replace(said(AMOX), number=1, indication="otite", not_substitutable="excipients")
    again = line_of(understood(typed_again(before), line_reader()), before)
    assert again == before


def test_another_product_in_the_same_line_loses_what_was_said_of_the_first() -> None:
    """Neither the class of the list nor a reason for an alert passes to another product."""
    before = replace(said(AMOX), number=1, renewal=RenewalClass.S)
    other = line_of(understood("metformine 850 mg comprimé 1-0-1 90j", line_reader()), before)
    assert (other.renewal, other.overrides, other.identifier) == (RenewalClass.UNKNOWN, (), before.identifier)


def test_doses_are_counted_from_the_line_itself() -> None:
    checked = checked_of(said("paracétamol 500 mg comprimé 2-2-2 7j"))
    [dose] = checked.doses
    assert (dose.at_once_mg, dose.per_day_mg) == (Decimal(1000), Decimal(3000))


def test_a_stop_is_an_obstacle_until_exactly_it_was_answered() -> None:
    """CF-114; the reason for one alert says nothing of the next."""
    made = draft("simvastatine 20 mg comprimé 0-0-1 30j", "clarithromycine 500 mg comprimé 1-0-1 7j")
    findings = tools().findings(made.lines, None, TODAY)
    [stop] = [one for one in findings if one.level is AlertLevel.STOP]
    assert obstacles(made, findings, TODAY) == (Obstacle(ObstacleKind.STOPPED, 2),)
    assert pass_over(made, stop, "non", "Dr Weber", NOW) == made, "no reason, nothing passed over"
    passed = pass_over(made, stop, "statine suspendue", "Dr Weber", NOW)
    assert obstacles(passed, findings, TODAY) == ()
    given = passed_over(passed, stop)
    assert given is not None and given.source.startswith("interactions.csv:")
    other = replace(stop, rule="I-OTHER")
    assert passed_over(passed, other) is None
    assert still_meant(passed, ()).lines[1].overrides == (), "an alert that is none any more is not signed"


def test_cf103_an_s_line_asks_for_its_form() -> None:
    made = draft(AMOX)
    secured = made.with_line(replace(made.lines[0], renewal=RenewalClass.S))
    assert obstacles(secured, (), TODAY) == (Obstacle(ObstacleKind.PAPER_FORM, 1),)
    told = secured.with_line(replace(secured.lines[0], paper_form="LU-1"))
    assert obstacles(told, (), TODAY) == ()


def test_s_is_renewed_never_and_r_five_times_at_most() -> None:
    """Domain §C.1: the paper would promise what no pharmacy hands over."""
    made = draft(AMOX)

    def told(renewal: RenewalClass, repeats: int | None) -> list[ObstacleKind]:
        line = replace(made.lines[0], renewal=renewal, repeats=repeats, paper_form="LU-1")
        return [one.kind for one in obstacles(made.with_line(line), (), TODAY)]

    assert told(RenewalClass.S, 1) == [ObstacleKind.NO_RENEWAL] and told(RenewalClass.S, None) == []
    assert told(RenewalClass.R, 6) == [ObstacleKind.TOO_MANY] and told(RenewalClass.R, 5) == []
    assert told(RenewalClass.RR, 6) == []


def test_what_else_stands_in_the_way() -> None:
    made = draft(AMOX)
    assert [one.kind for one in obstacles(new_draft("p1"), (), TODAY)] == [ObstacleKind.EMPTY]
    assert [one.kind for one in obstacles(replace(made, typed="metf"), (), TODAY)] == [
        ObstacleKind.UNFINISHED
    ]
    past = replace(made, until=TODAY - timedelta(days=1))
    assert [one.kind for one in obstacles(past, (), TODAY)] == [ObstacleKind.PAST]
    short = made.with_line(replace(made.lines[0], not_substitutable="non"))
    assert [one.kind for one in obstacles(short, (), TODAY)] == [ObstacleKind.SHORT_REASON]


def test_cf117_without_data_nothing_is_said_to_be_checked() -> None:
    missing: Failure = Failure.of(Code.DRUG_DATA_MISSING)
    bare = RxTools(missing, line_reader())
    assert bare.standing(TODAY).said.words().startswith("Contrôles absents")
    assert {one.level for one in bare.findings(draft(AMOX).lines, None, TODAY)} == {AlertLevel.UNCHECKED}


def test_cf117_old_data_are_said_to_be_old() -> None:
    data = drug_data()
    assert isinstance(data, DrugData)
    later = data.version + MAX_AGE + timedelta(days=1)
    assert "180" in tools().standing(later).said.words()


def test_a_renewed_line_is_a_new_one() -> None:
    """No reason and no number of a form passes to it."""
    line = replace(said(AMOX), renewal=RenewalClass.S, paper_form="LU-1")
    again = copied(line)
    assert again.identifier != line.identifier
    assert (again.paper_form, again.overrides, again.product) == ("", (), line.product)


def test_the_author_is_offered_what_the_table_allows() -> None:
    def acts(state: LineState) -> tuple[LineAct, ...]:
        return acts_of(StandingLine("1", "1", said(AMOX), state))

    assert acts(LineState.ACTIVE) == (LineAct.CANCEL, LineAct.SUSPEND)
    assert acts(LineState.PARTIAL) == (LineAct.STOP,)
    assert set(acts(LineState.SUSPENDED)) == {LineAct.CANCEL, LineAct.RESUME}
    assert acts(LineState.RESERVED) == (LineAct.CANCEL,), "CF-108: the pharmacy sees the request"
    for state in (LineState.DELIVERED, LineState.CANCELLED, LineState.EXPIRED, LineState.UNKNOWN):
        assert acts(state) == ()


def test_what_ends_something_may_replace_it_and_a_counter_comes_first() -> None:
    """The platform refuses while a pharmacy holds a line: that is told before anything is signed."""

    def may(*states: LineState) -> bool:
        ordonnance = ordonnance_of(draft(AMOX), patient(), ACCOUNT, NOW, "K")
        lines = tuple(StandingLine(str(n), "1", said(AMOX), state) for n, state in enumerate(states))
        return replaceable(StandingOrdonnance(ordonnance, lines))

    assert may(LineState.ACTIVE, LineState.DELIVERED) and may(LineState.PARTIAL)
    assert not may(LineState.DELIVERED, LineState.CANCELLED) and not may(LineState.EXPIRED)
    assert not may(LineState.ACTIVE, LineState.RESERVED)


def test_without_a_line_nothing_is_replaced() -> None:
    """Whoever withdraws all lines and writes others does not end the former ordonnance by it."""
    made = replace(draft(AMOX, "baume magistral xyz 1-0-1 7j qté 1"), replaces="K7QM2HXA9R4T8V0C")
    assert made.without(1).replaces and made.without(1).without(1).replaces == ""


def test_any_medicine_decides_the_category() -> None:
    act = act_of(Nature.NURSING, "Pansement", Decimal(5))
    assert category_of((act,)) == "traitements-medicaux-prescrits"
    assert category_of((act, said(AMOX))) == "traitements-medicamenteux"


def test_the_draft_is_kept_as_it_is(rows: FakeKept) -> None:
    drafts = RxDrafts(rows)
    made = draft(AMOX, "baume magistral xyz 1-0-1 7j qté 1")
    findings = tools().findings(made.lines, None, TODAY)
    made = replace(made, typed="metf", until=date(2027, 1, 2), saved_at=NOW, replaces="K7QM2HXA9R4T8V0C")
    assert drafts.keep(made) is None
    assert drafts.of("p1") == made and findings
    assert drafts.keep(new_draft("p1")) is None, "nothing of it is left"
    assert drafts.of("p1") is None


def test_the_paper_is_the_original_once(rows: FakeKept) -> None:
    papers = RxPapers(rows)
    assert papers.keep(RxPaper("K7QM", "p1", b"%PDF", {"qr": "<svg/>"}, NOW)) is None
    first = papers.of("K7QM")
    assert isinstance(first, RxPaper) and (first.printed, first.pdf) == (False, b"%PDF")
    assert papers.printed("K7QM") is None
    second = papers.of("K7QM")
    assert isinstance(second, RxPaper) and second.printed
    assert papers.codes("p1") == frozenset({"K7QM"}) and papers.codes("p2") == frozenset()


def test_the_paper_says_what_is_signed() -> None:
    """CF-103: the line on a secured form says so; the QR holds no name and no drug."""
    made = draft(AMOX)
    line = replace(
        made.lines[0], renewal=RenewalClass.S, paper_form="LU-7", not_substitutable="allergie au lactose"
    )
    data_characters = "K7QM2HXA9R4T8V0"
    code = parse_qr_text("DSPRX1:" + data_characters + check_character(data_characters) + ":" + "0" * 26)
    assert isinstance(code, OrdonnanceCode)
    ordonnance = ordonnance_of(
        made.with_line(line), patient(), ACCOUNT, datetime(2026, 11, 30, 9, tzinfo=UTC), code.identifier.value
    )
    assert ordonnance.valid_until == date(2027, 2, 28), "three months, the last day of a shorter one"
    data = paper(ordonnance, code, patient(), Language.DE)
    lines = data["lines"]
    assert isinstance(lines, list)
    shown = lines[0]
    assert shown["flags"] == [
        "Non substituable\u00a0: allergie au lactose", "À délivrer sur ordonnance sécurisée n° LU-7",
    ]  # fmt: skip
    assert shown["dosage"] == "1 le matin, 1 à midi, 1 le soir (1-1-1), 7 jours"
    assert (shown["second_dosage"], shown["second_language"]) == (
        "1 morgens, 1 mittags, 1 abends (1-1-1), 7 Tage", "de",
    )  # fmt: skip
    assert shown["supply"] == "Quantité\u00a0: 21"
    qr = str(data["qr"])
    assert qr.startswith("<svg") and "amox" not in qr and "Muller" not in qr


def test_a_form_that_the_label_says_is_not_said_twice() -> None:
    """On the screen and on the paper; a line of the data has its form apart."""
    labelled = Line("urn:uuid:1", 1, Nature.MEDICATION, Product("Ramipril 5 mg, Comprimé", form="comprimé"))
    assert product_words(labelled).casefold().count("comprimé") == 1
    assert product_words(said(AMOX)) == "amoxicilline 500 mg · gélule"
    code = parse_qr_text("DSPRX1:K7QM2HXA9R4T8V0" + check_character("K7QM2HXA9R4T8V0") + ":" + "0" * 26)
    assert isinstance(code, OrdonnanceCode)
    made = new_draft("p1").with_line(labelled)
    lines = paper(ordonnance_of(made, patient(), ACCOUNT, NOW, code.identifier.value), code, patient(), None)[
        "lines"
    ]
    assert isinstance(lines, list) and lines[0]["details"] == ""


def test_a_line_without_a_product_of_the_data_has_no_dose() -> None:
    line = Line("urn:uuid:1", 1, Nature.MEDICATION, Product("baume"))
    assert checked_of(line).doses == () and not checked_of(line).has_dose


def test_a_device_or_an_act_is_edited_in_its_place() -> None:
    """What was said besides stays; an act is neither renewed nor substituted."""
    made = new_draft("p1").with_line(act_of(Nature.DEVICE, "Bandelettes", Decimal(100)))
    before = replace(made.lines[0], note="lecteur X", repeats=2)
    after = act_of(Nature.DEVICE, "Bandelettes glycémie", Decimal(50), before)
    assert (after.identifier, after.number, after.note, after.repeats) == (
        before.identifier,
        1,
        "lecteur X",
        2,
    )
    assert after.quantity is not None and after.quantity.value == 50
    assert made.with_line(after).lines == (after,)
    assert act_of(Nature.BIOLOGY, "Glycémie", None, before).repeats is None
    assert category_of((after,)) == "traitements-medicamenteux"


def test_the_class_of_the_data_is_proposed_and_the_chosen_one_stays() -> None:
    loaded = tools()
    assert loaded.classed(said(AMOX)).renewal is RenewalClass.RR
    chosen = replace(said(AMOX), renewal=RenewalClass.FREE)
    assert loaded.classed(chosen) == chosen
    assert loaded.classed(said("baume magistral xyz 1-0-1 7j qté 1")).renewal is RenewalClass.UNKNOWN
    missing: Failure = Failure.of(Code.DRUG_DATA_MISSING)
    assert RxTools(missing, line_reader()).classed(said(AMOX)).renewal is RenewalClass.UNKNOWN


def test_another_class_than_the_data_tell_is_signed_with_its_reason() -> None:
    """As any alert (CF-114): rule, source and date, and why."""
    made = draft(AMOX)
    made = made.with_line(replace(made.lines[0], renewal=RenewalClass.R))
    [stop] = [one for one in tools().findings(made.lines, None, TODAY) if one.level is AlertLevel.STOP]
    assert obstacles(made, [stop], TODAY) == (Obstacle(ObstacleKind.STOPPED, 1),)
    passed = pass_over(made, stop, "liste de novembre", "Dr Weber", NOW)
    assert obstacles(passed, [stop], TODAY) == ()
    [override] = passed.lines[0].overrides
    assert override.rule == "C-RR" and override.source.startswith("classes.csv:")


def test_the_letterhead_is_the_platforms_and_what_it_lacks_is_named() -> None:
    practice = Practice("Cabinet médical", "", "+352 00 100 100")
    author = ordonnance_of(draft(AMOX), patient(), replace(ACCOUNT, practice=practice), NOW, "K").prescriber
    assert (author.place, author.address, author.phone) == ("Cabinet médical", "", "+352 00 100 100")
    assert "adresse" in missing_letterhead(practice) and "téléphone" not in missing_letterhead(practice)
    assert missing_letterhead(replace(practice, address="1, rue X")) == ""


def test_a_favourite_is_kept_once_and_knows_no_patient(rows: FakeKept) -> None:
    kept = Favourites(rows)
    line = replace(
        said(AMOX), indication="otite de Jean", note="pour Jean", not_substitutable="Jean est allergique",
        paper_form="LU-7", renewal=RenewalClass.RR,
    )  # fmt: skip
    one, other = favourite_of(line), favourite_of(act_of(Nature.BIOLOGY, "Formule sanguine", None))
    assert kept.keep(one, NOW) == (one,)
    assert kept.keep(favourite_of(replace(line, note="pour Anne")), NOW) == (one,), "the same favourite"
    assert kept.keep(other, NOW) == (one, other), "by name"
    stored = rows.read(lambda found: found.execute("SELECT content FROM prescribing_favourite"))
    assert not isinstance(stored, Failure) and not any(b"Jean" in row[0] for row in stored)
    again = line_of_favourite(one)
    assert again.identifier != line.identifier
    assert (again.product, again.posology, again.quantity) == (line.product, line.posology, line.quantity)
    assert (again.indication, again.note, again.not_substitutable, again.overrides) == ("", "", "", ())
    assert kept.drop(one) == (other,) and kept.all() == (other,)


def test_favourites_are_found_by_the_beginning_of_their_words() -> None:
    made = [favourite_of(said(AMOX)), favourite_of(act_of(Nature.NURSING, "Pansement simple", None))]
    assert matching(made, "") == tuple(made)
    assert matching(made, "amox 5") == (made[0],) and matching(made, "simple") == (made[1],)
    assert matching(made, "xicilline") == ()


def test_the_favourites_are_own_work() -> None:
    """No mandate's end takes them, and a damaged database gives them back."""
    assert Table("prescribing_favourite", Fate.OWN_WORK, None) in KEPT.tables
