"""What the backend of full-stack-fastapi-template does for its users, items and tokens, over tables of its own.

A synchronous session for each request, a user read by key for each token, SQLModel objects, response models.
"""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel, EmailStr, ValidationError
from sqlalchemy import DateTime, MetaData
from sqlmodel import Field, Relationship, Session, SQLModel, col, create_engine, func, select

SECRET = "a secret of a benchmark, of at least 32 bytes"
ALGORITHM = "HS256"


class Base(SQLModel):
    metadata = MetaData()


class UserBase(Base):
    email: EmailStr = Field(unique=True, index=True, max_length=255)
    is_active: bool = True
    is_superuser: bool = False
    full_name: str | None = Field(default=None, max_length=255)


class User(UserBase, table=True):
    __tablename__ = "benchmark_user"
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    hashed_password: str
    created_at: datetime | None = Field(
        default_factory=lambda: datetime.now(UTC),
        sa_type=DateTime(timezone=True),
    )
    items: list["Item"] = Relationship(back_populates="owner", cascade_delete=True)


class UserPublic(UserBase):
    id: uuid.UUID
    created_at: datetime | None = None


class ItemBase(Base):
    title: str = Field(min_length=1, max_length=255)
    description: str | None = Field(default=None, max_length=255)


class ItemCreate(ItemBase):
    pass


class Item(ItemBase, table=True):
    __tablename__ = "benchmark_item"
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    created_at: datetime | None = Field(
        default_factory=lambda: datetime.now(UTC),
        sa_type=DateTime(timezone=True),
    )
    owner_id: uuid.UUID = Field(foreign_key="benchmark_user.id", nullable=False, ondelete="CASCADE")
    owner: User | None = Relationship(back_populates="items")


class ItemPublic(ItemBase):
    id: uuid.UUID
    owner_id: uuid.UUID
    created_at: datetime | None = None


class ItemsPublic(BaseModel):
    data: list[ItemPublic]
    count: int


engine = create_engine(os.environ["TEMPLATE_DATABASE_URL"])
oauth2 = OAuth2PasswordBearer(tokenUrl="/api/v1/login/access-token")


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


def get_current_user(session: SessionDep, token: Annotated[str, Depends(oauth2)]) -> User:
    try:
        payload: dict[str, Any] = jwt.decode(token, SECRET, algorithms=[ALGORITHM])
    except (jwt.InvalidTokenError, ValidationError):
        raise HTTPException(403, "Could not validate credentials") from None
    user = session.get(User, uuid.UUID(payload["sub"]))
    if not user:
        raise HTTPException(404, "User not found")
    if not user.is_active:
        raise HTTPException(400, "Inactive user")
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]
api = APIRouter(prefix="/api/v1")


@api.get("/users/me", response_model=UserPublic)
def read_user_me(current_user: CurrentUser) -> Any:
    return current_user


@api.get("/items/", response_model=ItemsPublic)
def read_items(session: SessionDep, current_user: CurrentUser, skip: int = 0, limit: int = 100) -> Any:
    count = session.exec(select(func.count()).select_from(Item).where(Item.owner_id == current_user.id)).one()
    own = select(Item).where(Item.owner_id == current_user.id)
    items = session.exec(own.order_by(col(Item.created_at).desc()).offset(skip).limit(limit)).all()
    return ItemsPublic(data=[ItemPublic.model_validate(item) for item in items], count=count)


@api.post("/items/", response_model=ItemPublic)
def create_item(*, session: SessionDep, current_user: CurrentUser, item_in: ItemCreate) -> Any:
    item = Item.model_validate(item_in, update={"owner_id": current_user.id})
    session.add(item)
    session.commit()
    session.refresh(item)
    return item


app = FastAPI()
app.include_router(api)


def seed(items: int) -> str:
    """Create the tables and a user with items; return a token of the user."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        user = User(email=f"{uuid.uuid4().hex}@example.com", hashed_password="", full_name="Ann Example")
        session.add(user)
        session.add_all(Item(title=f"Item {n}", description="An item", owner_id=user.id) for n in range(items))
        session.commit()
        return jwt.encode({"sub": str(user.id), "exp": 4_102_444_800}, SECRET, algorithm=ALGORITHM)
