"""People with accounts at GitHub, in the varieties that matter to a client."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Address:
    """An entry of `/user/emails`."""

    email: str
    primary: bool = False
    verified: bool = True
    visibility: Literal["public", "private"] | None = None


@dataclass(frozen=True, slots=True)
class GitHubAccount:
    """Somebody with an account at GitHub."""

    id: int = 583231
    login: str = "octocat"
    name: str | None = "The Octocat"
    email: str | None = None
    """The address of the public profile, if there is one."""
    addresses: tuple[Address, ...] = (Address("octocat@github.com", primary=True, visibility="private"),)

    @property
    def avatar_url(self) -> str:
        """The URL of the picture."""
        return f"https://avatars.githubusercontent.com/u/{self.id}?v=4"

    def public_profile(self, api: str) -> dict[str, Any]:
        """Give what `/user` says to every token."""
        me = f"{api}/users/{self.login}"
        return {
            "login": self.login,
            "id": self.id,
            "node_id": "MDQ6VXNlcj" + hashlib.sha256(str(self.id).encode()).hexdigest()[:8],
            "avatar_url": self.avatar_url,
            "gravatar_id": "",
            "url": me,
            "html_url": f"https://github.com/{self.login}",
            "followers_url": f"{me}/followers",
            "following_url": f"{me}/following{{/other_user}}",
            "gists_url": f"{me}/gists{{/gist_id}}",
            "starred_url": f"{me}/starred{{/owner}}{{/repo}}",
            "subscriptions_url": f"{me}/subscriptions",
            "organizations_url": f"{me}/orgs",
            "repos_url": f"{me}/repos",
            "events_url": f"{me}/events{{/privacy}}",
            "received_events_url": f"{me}/received_events",
            "type": "User",
            "user_view_type": "public",
            "site_admin": False,
            "name": self.name,
            "company": None,
            "blog": "",
            "location": None,
            "email": self.email,
            "hireable": None,
            "bio": None,
            "twitter_username": None,
            "public_repos": 8,
            "public_gists": 8,
            "followers": 20,
            "following": 0,
            "created_at": "2011-01-25T18:44:36Z",
            "updated_at": "2026-06-22T11:21:58Z",
        }


OCTOCAT = GitHubAccount()
NAMELESS = GitHubAccount(id=2, login="nameless", name=None, addresses=(Address("n@example.com", primary=True),))
UNVERIFIED = GitHubAccount(
    id=3, login="unverified", addresses=(Address("u@example.com", primary=True, verified=False),)
)
VERIFIED_BUT_NOT_PRIMARY = GitHubAccount(
    id=4,
    login="secondary",
    # What is on the public profile need not be an address that was ever verified.
    email="p@example.com",
    addresses=(Address("p@example.com", primary=True, verified=False), Address("s@example.com")),
)
WITHOUT_ADDRESS = GitHubAccount(id=5, login="silent", addresses=())
PRIMARY_ON_THE_SECOND_PAGE = GitHubAccount(
    id=6,
    login="collector",
    addresses=(*(Address(f"{n}@example.com") for n in range(30)), Address("last@example.com", primary=True)),
)
