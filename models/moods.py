"""Whether a verb phrase asserts, announces or calls for its act, from its modal, chain, tense and clause."""

from typing import Literal

Mood = Literal["asserted", "announced", "stance"]
"""An act done or going on; an act the agent commits itself to; an act wished for, called for or possible."""

REFUSAL = frozenset(
    {
        "abstain", "avoid", "cease", "decline", "desist", "fail", "failure", "forget", "halt", "hesitate",
        "incapable", "neglect", "omit", "powerless", "quit", "refrain", "refuse", "reluctant", "shrink",
        "stop", "unable", "unprepared", "unready", "unwilling",
    }
)  # fmt: skip
"""Chain words that deny the act behind them: "refuse to help", "stopped shelling"."""

STOPPING = frozenset({"cease", "desist", "halt", "quit", "stop"})

_PROPOSAL = frozenset({"ask", "propose", "recommend", "request", "suggest", "urge"})
_COMMITMENT = frozenset(
    {
        "agree", "bind", "bound", "choose", "commit", "commitment", "committed", "consent", "conspire",
        "decide", "decision", "dedicate", "dedicated", "destined", "determination", "determine",
        "determined", "devote", "devoted", "elect", "go", "guarantee", "intend", "intent", "intention",
        "mean", "offer", "plan", "pledge", "plot", "poised", "prepare", "prepared", "promise", "readiness",
        "ready", "resolve", "resolved", "set", "swear", "sworn", "threat", "threaten", "undertake",
        "volunteer", "vow", "willing", "willingness",
    }
)  # fmt: skip
_WISH = frozenset(
    {
        "able", "action", "aim", "aimed", "all", "anxious", "anything", "ask", "aspire", "attempt", "be",
        "best", "capable", "challenge", "chance", "compelled", "concentrate", "crucial", "desire", "duty",
        "eager", "effort", "endeavor", "endeavour", "essential", "everything", "fight", "focus", "free",
        "goal", "have", "hope", "hopeful", "imperative", "important", "inclined", "incumbent", "keen",
        "let", "like", "long", "look", "love", "mandatory", "meant", "measure", "mission", "necessary",
        "need", "objective", "obligated", "obligation", "obliged", "opportunity", "ought", "possible",
        "prefer", "priority", "purpose", "push", "responsibility", "right", "scramble", "seek", "step",
        "strive", "struggle", "supposed", "task", "try", "united", "urgent", "utmost", "vital", "want",
        "wish", "work", "yearn",
    }
)  # fmt: skip
_NECESSITY = frozenset({"must", "should", "ought", "need", "can", "could", "may", "might", "dare"})


def chain_words(chain: str) -> list[str]:
    """Deciding words of a chain: the last word of each of its members (`be ready`: ready)."""
    return [member.split()[-1] for member in chain.split(",") if member.strip()]


def mood(modal: str, chain: list[str], tense: str, clause: str) -> Mood:
    """Read the mood of a verb phrase (codebook, tables of sections 3 and 4).

    A call (imperative, purpose, must, can) outranks a future, a future outranks wish and commitment; of those
    the first in the chain decides. A proposal stays one under `will`, a wish under `would` ("would like to").

    Parameters
    ----------
    modal, tense, clause
        Columns of the verb table.
    chain
        As from `chain_words`.
    """
    if clause in ("imperative", "purpose") or modal in _NECESSITY or not _PROPOSAL.isdisjoint(chain):
        return "stance"
    if modal in ("will", "shall") or (tense == "future" and modal != "would"):
        return "announced"
    for word in chain:
        if word in _COMMITMENT:
            return "announced"
        if word in _WISH or word in ("unable", "incapable"):
            return "stance"
    return "announced" if modal == "would" else "asserted"
