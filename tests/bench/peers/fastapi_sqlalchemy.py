"""FastAPI with SQLAlchemy's asynchronous ORM and Pydantic models, written as their documentation shows."""

import uuid
from datetime import date, datetime

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship
from sqlalchemy.types import LargeBinary, String

from tests.bench.peers import work

engine = create_async_engine(work.DATABASE_URL.replace("postgresql://", "postgresql+asyncpg://"), pool_size=8)
sessions = async_sessionmaker(engine, expire_on_commit=False)
validators: dict = {}


class Base(DeclarativeBase):
    pass


class Agency(Base):
    __tablename__ = "agencies_agency"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]


class Version(Base):
    __tablename__ = "catalogue_serviceversion"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[dict] = mapped_column(JSONB)


class Service(Base):
    __tablename__ = "catalogue_service"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    category: Mapped[str]
    is_open: Mapped[bool]
    life_events: Mapped[list[str]] = mapped_column(ARRAY(String))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies_agency.id"))
    current_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("catalogue_serviceversion.id"))
    agency: Mapped[Agency] = relationship()
    current: Mapped[Version] = relationship()


class User(Base):
    __tablename__ = "accounts_user"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    is_active: Mapped[bool]


class Token(Base):
    __tablename__ = "oauth2_provider_accesstoken"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_checksum: Mapped[str]
    expires: Mapped[datetime]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts_user.id"))
    user: Mapped[User] = relationship()


class Application(Base):
    __tablename__ = "applications_application"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str | None]
    state: Mapped[str]
    end: Mapped[str]
    answers: Mapped[dict] = mapped_column(JSONB)
    revision: Mapped[int]
    fee_amount: Mapped[int | None]
    due_on: Mapped[date | None]
    submitted_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column()
    applicant_id: Mapped[uuid.UUID]
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("catalogue_service.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("catalogue_serviceversion.id"))
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies_agency.id"))
    service: Mapped[Service] = relationship()
    version: Mapped[Version] = relationship()
    agency: Mapped[Agency] = relationship()


class Submission(Base):
    __tablename__ = "applications_submission"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID]
    number: Mapped[int]
    answers: Mapped[dict] = mapped_column(JSONB)
    files: Mapped[dict] = mapped_column(JSONB)
    sha256: Mapped[str]
    submitted_at: Mapped[datetime]
    receipt: Mapped[str]


class Event(Base):
    __tablename__ = "applications_event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    application_id: Mapped[uuid.UUID]
    sequence: Mapped[int]
    type: Mapped[str]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    actor_id: Mapped[uuid.UUID]
    actor_role: Mapped[str]
    reason: Mapped[str]
    data: Mapped[dict] = mapped_column(JSONB)
    at: Mapped[datetime]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class Outbox(Base):
    __tablename__ = "events_outboxevent"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    topic: Mapped[str]
    key: Mapped[uuid.UUID]
    body: Mapped[dict] = mapped_column(JSONB)
    created_at: Mapped[datetime]


class Key(Base):
    __tablename__ = "http_api_idempotencykey"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    key: Mapped[str]
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


for model in (Token, Application, Submission, Event, Outbox, Key):
    for column in model.__table__.columns:
        if column.type.python_type is datetime:
            column.type.timezone = True


class AgencyOut(BaseModel):
    code: str
    name: str


class FeeOut(BaseModel):
    amount: int | None = None
    computed: bool


class DeadlineOut(BaseModel):
    working_days: int | None = None


class ServiceOut(BaseModel):
    slug: str
    title: str
    summary: str
    agency: AgencyOut
    category: str
    life_events: list[str]
    assurance: str
    fee: FeeOut
    deadline: DeadlineOut
    version: int


class ServicesOut(BaseModel):
    results: list[ServiceOut]


class RequirementOut(BaseModel):
    id: str
    title: str
    accept: list[str]
    max_mb: int


class ServiceDetailOut(ServiceOut):
    legal_basis: list[str]
    requirements: list[RequirementOut]
    sha256: str


class ServiceRef(BaseModel):
    slug: str
    title: str


class ApplicationOut(BaseModel):
    id: uuid.UUID
    number: str | None
    service: ServiceRef
    agency: AgencyOut
    state: str
    end: str | None
    due_on: date | None
    submitted_at: datetime | None
    updated_at: datetime


class ApplicationsOut(BaseModel):
    results: list[ApplicationOut]


class SubmittedOut(BaseModel):
    id: uuid.UUID
    number: str
    state: str


application = FastAPI()


async def session():
    async with sessions() as opened:
        yield opened


async def person(authorization: str = Header(), db: AsyncSession = Depends(session)) -> uuid.UUID:
    found = await db.scalar(
        select(Token)
        .options(joinedload(Token.user))
        .where(Token.token_checksum == work.checksum(authorization), Token.expires > func.now())
    )
    if found is None or not found.user.is_active:
        raise HTTPException(401)
    return found.user_id


def line(service: Service) -> dict:
    content = service.current.content
    return {
        "slug": service.slug,
        "title": work.local(content["title"]),
        "summary": work.local(content["summary"]),
        "agency": {"code": service.agency.code, "name": service.agency.name},
        "category": service.category,
        "life_events": service.life_events,
        "assurance": content["access"]["assurance"],
        "fee": {"amount": content["fee"].get("amount"), "computed": "rule" in content["fee"]},
        "deadline": {"working_days": content["deadline"].get("working_days")},
        "version": service.current.number,
    }


SERVICES = select(Service).options(joinedload(Service.agency), joinedload(Service.current))


@application.get("/services/")
async def catalogue(db: AsyncSession = Depends(session)) -> ServicesOut:
    found = await db.scalars(
        SERVICES.join(Service.current).where(Service.is_open)
        .order_by(Version.content["title"]["id"].astext, Service.slug).limit(20)
    )
    return ServicesOut(results=[line(service) for service in found])


@application.get("/services/{slug}/")
async def one_service(slug: str, db: AsyncSession = Depends(session)) -> ServiceDetailOut:
    service = await db.scalar(SERVICES.where(Service.slug == slug))
    content = service.current.content
    return ServiceDetailOut(
        **line(service),
        legal_basis=content.get("legal_basis", []),
        requirements=[each | {"title": work.local(each["title"])} for each in content.get("requirements", [])],
        sha256=service.current.sha256,
    )


@application.get("/applications/")
async def mine(person_id: uuid.UUID = Depends(person), db: AsyncSession = Depends(session)) -> ApplicationsOut:
    found = await db.scalars(
        select(Application)
        .options(
            joinedload(Application.service).load_only(Service.slug),
            joinedload(Application.version),
            joinedload(Application.agency),
        )
        .where(Application.applicant_id == person_id)
        .order_by(Application.updated_at.desc(), Application.id.desc())
        .limit(20)
    )
    return ApplicationsOut(
        results=[
            {
                "id": each.id,
                "number": each.number,
                "service": {"slug": each.service.slug, "title": work.local(each.version.content["title"])},
                "agency": {"code": each.agency.code, "name": each.agency.name},
                "state": each.state,
                "end": each.end or None,
                "due_on": each.due_on,
                "submitted_at": each.submitted_at,
                "updated_at": each.updated_at,
            }
            for each in found
        ]
    )


@application.post("/applications/{application_id}/submit/")
async def submit(
    application_id: uuid.UUID,
    idempotency_key: str = Header(),
    person_id: uuid.UUID = Depends(person),
    db: AsyncSession = Depends(session),
) -> SubmittedOut:
    draft = await db.scalar(
        select(Application)
        .where(Application.id == application_id, Application.applicant_id == person_id, Application.state == "draft")
        .with_for_update()
    )
    if draft is None:
        raise HTTPException(409)
    if draft.version_id not in validators:
        version = await db.get(Version, draft.version_id)
        validators[draft.version_id] = work.validator(version.content["form"]["schema"])
    if not validators[draft.version_id].is_valid(draft.answers):
        raise HTTPException(422)
    values = work.submission(
        application_id=application_id, person_id=person_id, answers=draft.answers, key=idempotency_key
    )
    now = values["now"]
    draft.number, draft.state, draft.revision, draft.fee_amount = values["number"], "submitted", draft.revision + 1, 0
    draft.updated_at = draft.submitted_at = now
    draft.due_on = values["due_on"]
    facts = {"application": str(application_id), "sequence": 1, "type": "submitted", "to_state": "submitted"}
    db.add(
        Submission(
            id=values["submission"], application_id=application_id, number=1, answers=draft.answers, files={},
            sha256=values["digest"], submitted_at=now, receipt=values["receipt"],
        )
    )
    db.add(
        Event(
            id=values["event"], application_id=application_id, sequence=1, type="submitted", action="",
            from_state="draft", to_state="submitted", actor_id=person_id, actor_role="resident", reason="", data=facts,
            at=now, previous_hash=values["first"], hash=values["hash"],
        )
    )
    db.add(Outbox(id=values["event"], topic="peer.submitted", key=application_id, body=facts, created_at=now))
    db.add(
        Key(
            person_id=person_id, key=idempotency_key, fingerprint=values["fingerprint"], status=200, headers={},
            body=values["body"], created_at=now,
        )
    )
    await db.commit()
    return SubmittedOut(id=application_id, number=values["number"], state="submitted")
