"""The recorder: the one thread that holds new entries against the demands, appends, judges, and lets time pass."""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from checklists.errors import Refused, SopwatchError, StoreError
from checklists.instant import DAY, Instant, local_date, to_datetime
from rules.live import self_test
from sopwatch.access import SERVICE, Who
from sopwatch.books import Books
from sopwatch.casefile import HeldCases, OpenCase, revealed
from sopwatch.clock import Clock
from sopwatch.demands import NewEvent, Standing, demand, personal_parts
from sopwatch.receipts import Receipt, receipt_of, says_the_same
from sopwatch.refusals import because
from sopwatch.watch import Watch
from sopwatch.weeks import next_week, weeks_ended
from storage.store import Draft, Store

GROUP = 200
PATIENCE_SECONDS = 60.0
_WEEKS_BACK = 70 * DAY
_log = logging.getLogger("sopwatch")


@dataclass
class _Request:
    new: NewEvent
    who: Who
    answer: Future[Receipt] = field(default_factory=Future)


class Recorder:
    """Takes new entries from any thread; `record` waits for the receipts.

    `seq` is the last entry that is recorded and judged; `fault` says why it can take no more.
    """

    def __init__(self, store: Store, books: Books, cases: HeldCases, clock: Clock, zone: ZoneInfo) -> None:
        self._store = store
        self._books = books
        self._cases = cases
        self._clock = clock
        self._zone = zone
        self._watch = Watch(store, books, zone, cases.read)
        self._requests: queue.SimpleQueue[_Request | Future[None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._numbers: dict[str, int] = {}
        self._weeks_opened: Instant = 0
        self._week_ends: Instant = 0
        self.fault: str | None = "it is starting"
        self.seq = 0

    @property
    def watching(self) -> int:
        """How many cases can still break a rule."""
        return self._watch.watching

    @property
    def news(self) -> int:
        """How many states of violations were noted since the start."""
        return self._watch.news

    def start(self) -> None:
        """Try the engine, judge the gap since the record was last judged, then take entries."""
        self_test()
        kept = self._store.register("service")
        if "began" not in kept:
            self._store.enter("service", "began", {"at": self._clock.now()})
        moved = kept.get("zone", {"name": self._zone.key})["name"] != self._zone.key
        self._watch.start(self._clock.now(), [row.case_id for row in self._store.cases()] if moved else ())
        if moved or "zone" not in kept:
            self._store.enter("service", "zone", {"name": self._zone.key})
        self.seq = self._store.head().seq
        self.fault = None
        self._thread.start()

    def stop(self) -> None:
        """Finish what was handed in, and note how far is judged."""
        self.fault = self.fault or "it is stopping"
        if self._thread.is_alive():
            self._requests.put(None)
            self._thread.join(PATIENCE_SECONDS)

    def next_due(self) -> Instant | None:
        """Return the instant at which something falls due next."""
        return self._watch.next_due()

    def let_time_pass(self) -> None:
        """Return when all that fell due until now is judged."""
        passed: Future[None] = Future()
        self._requests.put(passed)
        passed.result(PATIENCE_SECONDS)

    def record(self, events: Sequence[NewEvent], who: Who) -> list[Receipt | SopwatchError]:
        """Hand entries in; return for each its receipt, once it is committed and judged, or why it is refused."""
        if self.fault:
            raise StoreError(*because("cannot_write", why=self.fault))
        requests = [_Request(new, who) for new in events]
        for request in requests:
            self._requests.put(request)
        answers: list[Receipt | SopwatchError] = []
        for request in requests:
            try:
                answers.append(request.answer.result(PATIENCE_SECONDS))
            except SopwatchError as refusal:
                answers.append(refusal)
            except TimeoutError:
                answers.append(StoreError(*because("no_answer")))
        return answers

    def _run(self) -> None:
        """Take what is handed in, in groups, and let time pass, until told to stop."""
        going = True
        while going:
            group = self._next_group()
            going = None not in group
            requests = [r for r in group if isinstance(r, _Request)]
            try:
                self._open_weeks()
                if requests:
                    self._turn(requests)
                self._watch.advance(self._clock.now(), must=not going)
                self.seq = self._store.head().seq
                for waiting in group:
                    if isinstance(waiting, Future):
                        waiting.set_result(None)
            except Exception as error:  # noqa: BLE001 - whatever it was, waiting senders must hear of it
                _log.exception("the recorder stopped")
                self.fault = f"the recorder stopped: {error}"
                for request in requests:
                    if not request.answer.done():
                        request.answer.set_exception(StoreError(self.fault))
                return

    def _next_group(self) -> list[_Request | Future[None] | None]:
        """Wait for a request or for what falls due next; return all that wait."""
        wakes = [t for t in (self._watch.next_due(), self._week_ends) if t is not None]
        seconds = min([self._clock.seconds_until(t) for t in wakes], default=PATIENCE_SECONDS)
        try:
            group = [self._requests.get(timeout=min(max(seconds, 0.001), PATIENCE_SECONDS))]
        except queue.Empty:
            return []
        while len(group) < GROUP and group[-1] is not None and not self._requests.empty():
            group.append(self._requests.get())
        return group

    def _turn(self, requests: Sequence[_Request]) -> None:
        """Append what is good of a group in one commit, judge it, and answer."""
        turn = _Turn(self._clock.now(), self._store.head().seq)
        for request in requests:
            try:
                if request.new.event_id in turn.names:
                    self._requests.put(request)  # the same name twice in a group: the second sees the first committed
                elif receipt := self._already(request.new):
                    request.answer.set_result(receipt)
                else:
                    self._draft(request, turn)
            except SopwatchError as refusal:
                request.answer.set_exception(refusal)
            except Exception as error:  # noqa: BLE001 - nothing of it is kept: one odd entry must not stop all
                _log.exception("an entry could not be held against the demands")
                request.answer.set_exception(
                    Refused(*because("cannot_be_kept", why=f"{type(error).__name__}: {error}"))
                )
        if turn.taken:
            self._commit(turn)

    def _draft(self, request: _Request, turn: _Turn) -> None:
        """Hold a new entry against the demands and what stands before it, also earlier in this group."""
        new = request.new
        held = turn.cases.get(new.case_id) or self._cases.get(new.case_id) if new.case_id else None
        if new.event == "opened" and held is None:
            held = self._new_case(new, turn.now)
            new = replace(new, case_id=new.case_id or self._number(held.procedure.id, turn.now))
        if held is None:
            raise Refused(*because("no_case", case=new.case_id))
        if new.procedure and new.procedure != held.procedure.id:
            raise Refused(
                *because("other_procedure", case=new.case_id, procedure=held.procedure.id, wanted=new.procedure)
            )
        new = replace(new, event_id=new.event_id or f"sopwatch/{uuid.uuid4().hex}")
        standing = Standing(
            held.procedure,
            held.catalogue,
            held.plain,
            lambda digest: self._store.file(digest) is not None,
            lambda event_id: self._handed_in_by(event_id, turn),
        )
        event = demand(new, request.who, standing, turn.now)
        packs = None
        if new.event == "opened":
            packs = {"procedure": held.procedure.digest, "catalogue": held.catalogue.digest}
        draft = Draft(event, request.who.id, packs, personal_parts(event, held.procedure))
        turn.take(request, draft, held)

    def _handed_in_by(self, event_id: str, turn: _Turn) -> str | None:
        """Return who handed an event in, also earlier in this group."""
        waiting = (draft.by for _, draft in turn.taken if draft.event.event_id == event_id)
        entry = self._store.named(event_id)
        return entry.by if entry else next(waiting, None)

    def _commit(self, turn: _Turn) -> None:
        try:
            entries = self._store.append([draft for _, draft in turn.taken])
        except SopwatchError as error:
            for request, _ in turn.taken:
                request.answer.set_exception(error)
            return
        for (_, draft), entry in zip(turn.taken, entries, strict=True):
            begun = replace(turn.cases[entry.event.case_id], entries=(), plain=()) if draft.packs else None
            self._cases.join(entry, draft.event, begun)
        try:
            self._watch.fed(entries, turn.now)
        finally:
            for (request, _), entry in zip(turn.taken, entries, strict=True):
                request.answer.set_result(receipt_of(entry))

    def _already(self, new: NewEvent) -> Receipt | None:
        """Return the receipt of an entry sent before. Raises Refused where the name now says something else."""
        entry = self._store.named(new.event_id) if new.event_id else None
        if entry is None:
            return None
        known = revealed(entry.event, self._store.reveal(entry.event.case_id))
        if not says_the_same(new, known):
            raise Refused(*because("other_content", event_id=new.event_id, seq=entry.seq))
        return replace(receipt_of(entry), duplicate=True)

    def _new_case(self, new: NewEvent, now: Instant) -> OpenCase:
        day = local_date(now if new.occurred_at is None else new.occurred_at, self._zone)
        try:
            procedure, catalogue = self._books.for_new_case(new.procedure or "", day)
        except KeyError:
            known = ", ".join(sorted(self._books.pack.procedures))
            raise Refused(*because("no_procedure", procedure=new.procedure, known=known)) from None
        return OpenCase(procedure, catalogue, (), ())

    def _number(self, procedure: str, now: Instant) -> str:
        """Return the next short number such as R-2026-0042."""
        prefix = f"{procedure[0].upper()}-{to_datetime(now, self._zone).year}-"
        if not self._numbers:
            self._numbers[""] = 0
            for row in self._store.cases():
                stem, _, digits = row.case_id.rpartition("-")
                if digits.isascii() and digits.isdigit():
                    self._numbers[f"{stem}-"] = max(self._numbers.get(f"{stem}-", 0), int(digits))
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}{self._numbers[prefix]:04}"

    def _open_weeks(self) -> None:
        """Open the case of each week that has ended, once, for the procedures that ask for it."""
        now, zone = self._clock.now(), self._zone
        if now < self._week_ends:
            return
        began = int(self._store.register("service")["began"]["at"])
        since = max(began, self._weeks_opened, now - _WEEKS_BACK)
        for name in sorted(self._books.pack.procedures):
            procedure = self._books.for_new_case(name, local_date(now, zone))[0]
            for week, end in weeks_ended(since, now, zone) if procedure.opens else ():
                event_id = f"sopwatch/{name}/{week}"
                if procedure.opens and not self._store.named(event_id):
                    new = NewEvent("", "opened", name, end, data={procedure.opens.field: week}, event_id=event_id)
                    self._turn([_Request(new, SERVICE)])
        self._weeks_opened, self._week_ends = now, next_week(now, zone)


@dataclass
class _Turn:
    """A group of requests on its way into the record."""

    now: Instant
    seq: int
    taken: list[tuple[_Request, Draft]] = field(default_factory=list)
    cases: dict[str, OpenCase] = field(default_factory=dict)
    names: set[str | None] = field(default_factory=set)

    def take(self, request: _Request, draft: Draft, held: OpenCase) -> None:
        """Count an entry in, so that the next one of its case sees it."""
        event = replace(draft.event, position=self.seq + len(self.taken) + 1)
        self.cases[event.case_id] = replace(held, plain=(*held.plain, event))
        self.names.add(event.event_id)
        self.taken.append((request, draft))
