"""Verb phrases of invented sentences, construction by construction, with every column written out."""

from typing import Any

import pandas as pd
import pytest

from vicsformer.data.tables import VERB_COLUMNS
from vicsformer.infer.extract import extract, load_parser

# A sentence, and indented under it its units in the order of the text. Their columns:
# verb | lemma | phrase | subject | target | object | preposition | particle | tense | modal | negated passive
# | chain | clause
CASES = """
They invaded the island.
    invaded | invade | invaded | They | the island | island | | | past | | | | main
We have not recognised the regime, and we will respond.
    recognised | recognise | have not recognised | We | the regime | regime | | | past | | negated | | main
    respond | respond | will respond | we | | | | | future | will | | | main
We want to help our neighbours and to protect them.
    help | help | want to help | We | our neighbours | neighbour | | | present | | | want | main
    protect | protect | want to protect | We | them | they | | | present | | | want | main
They would like to join the union.
    join | join | would like to join | They | the union | union | | | present | would | | like | main
We intend to begin to withdraw our troops.
    withdraw | withdraw | intend to begin to withdraw | We | our troops | troop | | | present | | | intend, begin | main
They refused to release the prisoners.
    release | release | refused to release | They | the prisoners | prisoner | | | past | | | refuse | main
They stopped shelling the town.
    shelling | shell | stopped shelling | They | the town | town | | | past | | | stop | main
The rebels failed to keep their word.
    keep | keep | failed to keep | The rebels | their word | word | | | past | | | fail | main
We have to leave.
    leave | leave | have to leave | We | | | | | present | | | have | main
They used to steal our grain.
    steal | steal | used to steal | They | our grain | grain | | | past | | | use | main
We are going to rebuild the harbour.
    rebuild | rebuild | are going to rebuild | We | the harbour | harbour | | | future | | | be going | main
If we are to win, we must trust each other.
    win | win | are to win | we | | | | | present | | | be | conditional
    trust | trust | must trust | we | each other | other | | | present | must | | | main
We are ready to negotiate.
    negotiate | negotiate | are ready to negotiate | We | | | | | present | | | be ready | main
We are determined and able to resist.
    resist | resist | are able to resist | We | | | | | present | | | be able | main
The village was unable to defend itself.
    defend | defend | was unable to defend | The village | itself | itself | | | past | | | be unable | main
I am proud to announce a new plan.
    announce | announce | am proud to announce | I | a new plan | plan | | | present | | | be proud | main
Norland remains committed to ending the war.
    ending | end | remains committed to ending | Norland | the war | war | | | present | | | remain committed | main
We made an effort to help the miners.
    help | help | made effort to help | We | the miners | miner | | | past | | | make effort | main
They took steps to end the strike.
    end | end | took steps to end | They | the strike | strike | | | past | | | take step | main
They spare no effort to undermine us.
    undermine | undermine | spare no effort to undermine | They | us | we | | | present | | | spare effort | main
We did everything to save them.
    save | save | did everything to save | We | them | they | | | past | | | do everything | main
We have an obligation to defend them.
    defend | defend | have obligation to defend | We | them | they | | | present | | | have obligation | main
We reserve the right to retaliate against the pirates.
    retaliate | retaliate | reserve right to retaliate | We | the pirates | pirate | against | | present | | | reserve right | main
They have no intention of leaving the valley.
    leaving | leave | have no intention of leaving | They | the valley | valley | | | present | | negated | have intention | main
Every effort will be made to free the hostages.
    free | free | effort will be made to free | | the hostages | hostage | | | future | will | | make effort | main
Allow me to welcome the delegates.
    welcome | welcome | Allow to welcome | me | the delegates | delegate | | | present | | | allow | main
Let us work together.
    work | work | Let us work | us | | | | | present | | | let | imperative
Let me thank the crew.
    thank | thank | Let me thank | me | the crew | crew | | | present | | | let | main
He promised that he would withdraw the troops.
    withdraw | withdraw | promised would withdraw | He | the troops | troop | | | future | would | | promise | main
We pledge that they will return.
    pledge | pledge | pledge | We | | | | | present | | | | main
    return | return | will return | they | | | | | future | will | | | governed
It is necessary to reform the council.
    reform | reform | is necessary to reform | | the council | council | | | present | | | be necessary | main
It is easy to criticise them.
    is | be | is | It | easy | easy | | | present | | | | main
    criticise | criticise | to criticise | | them | they | | | present | | | | complement
It was a mistake to trust them.
    was | be | was | It | a mistake | mistake | | | past | | | | main
    trust | trust | to trust | | them | they | | | past | | | | complement
Our goal is to build a bridge.
    is | be | is | Our goal | | | | | present | | | | main
    build | build | to build | Our goal | a bridge | bridge | | | present | | | | purpose
We urge the council to halt the tests.
    urge | urge | urge | We | the council | council | | | present | | | | main
    halt | halt | to halt | the council | the tests | test | | | present | | | | governed
We call on the rebels to lay down their arms.
    call | call | call | We | the rebels | rebel | on | | present | | | | main
    lay | lay | to lay down | the rebels | their arms | arm | | down | present | | | | governed
We want them to go.
    want | want | want | We | them | they | | | present | | | | main
    go | go | to go | them | | | | | present | | | | governed
We hope that the rebels will surrender.
    hope | hope | hope | We | | | | | present | | | | main
    surrender | surrender | will surrender | the rebels | | | | | future | will | | | governed
They demand that he resign.
    demand | demand | demand | They | | | | | present | | | | main
    resign | resign | resign | he | | | | | present | | | | governed
We will help them rebuild their homes.
    help | help | will help | We | them | they | | | future | will | | | main
    rebuild | rebuild | rebuild | them | their homes | home | | | future | | | | governed
The storm forced the ships to turn back.
    forced | force | forced | The storm | the ships | ship | | | past | | | | main
    turn | turn | to turn | the ships | | | | | past | | | | governed
The embassy was asked to close.
    asked | ask | was asked | | The embassy | embassy | | | past | | passive | | main
    close | close | to close | The embassy | | | | | past | | | | governed
They prevented the ships from leaving.
    prevented | prevent | prevented | They | the ships | ship | | | past | | | | main
    leaving | leave | leaving | the ships | | | | | past | | | | governed
Norland will make sure that the pact holds.
    make | make | will make | Norland | | | | | future | will | | | main
    holds | hold | holds | the pact | | | | | present | | | | governed
The union imposed sanctions on the regime.
    imposed | impose | imposed | The union | sanctions on the regime | sanction | on | | past | | | | main
They provide aid to the poor.
    provide | provide | provide | They | aid | aid | to | | present | | | | main
The dam poses a threat to our farmers.
    poses | pose | poses | The dam | a threat to our farmers | threat | to | | present | | | | main
Our party condemned and punished the traitors.
    condemned | condemn | condemned | Our party | the traitors | traitor | | | past | | | | main
    punished | punish | punished | Our party | the traitors | traitor | | | past | | | | main
They shipped grain and opened a hospital.
    shipped | ship | shipped | They | grain | grain | | | past | | | | main
    opened | open | opened | They | a hospital | hospital | | | past | | | | main
The island was invaded and occupied by Norland.
    invaded | invade | was invaded | Norland | The island | island | | | past | | passive | | main
    occupied | occupy | was occupied | Norland | The island | island | | | past | | passive | | main
Those who threaten us will be defeated by our soldiers.
    threaten | threaten | threaten | Those | us | we | | | present | | | | relative
    defeated | defeat | will be defeated | our soldiers | Those | those | | | future | will | passive | | main
Forces occupying the valley attacked the villagers.
    occupying | occupy | occupying | Forces | the valley | valley | | | past | | | | participle
    attacked | attack | attacked | Forces | the villagers | villager | | | past | | | | main
The people, freed from tyranny, celebrated.
    freed | free | freed | | The people | people | from | | past | | passive | | participle
    celebrated | celebrate | celebrated | The people | | | | | past | | | | main
The war that they started ended last winter.
    started | start | started | they | The war | war | | | past | | | | relative
    ended | end | ended | The war | | | | | past | | | | main
The town in which they live was bombed.
    live | live | live | they | The town | town | | | present | | | | relative
    bombed | bomb | was bombed | | The town | town | | | past | | passive | | main
Sanctions were imposed.
    imposed | impose | were imposed | | Sanctions | sanction | | | past | | passive | | main
More must be done by all of us.
    done | do | must be done | all of us | More | more | | | present | must | passive | | main
They are against the treaty.
    are | be | are | They | the treaty | treaty | against | | present | | | | main
There are many threats.
    are | be | are | | many threats | threat | | | present | | | | main
They fight as we do, for we can and we must.
    fight | fight | fight | They | | | | | present | | | | main
They attacked, and the north never will.
    attacked | attack | attacked | They | | | | | past | | | | main
The occupied territories belong to a united people.
    belong | belong | belong | The occupied territories | a united people | people | to | | present | | | | main
Stop the violence and join us.
    Stop | stop | Stop | | the violence | violence | | | present | | | | imperative
    join | join | join | | us | we | | | present | | | | imperative
Do not threaten our friends.
    threaten | threaten | Do not threaten | | our friends | friend | | | present | | negated | | imperative
Thank you for your help.
    Thank | thank | Thank | | you | you | for | | present | | | | main
We met to strengthen trust.
    met | meet | met | We | | | | | past | | | | main
    strengthen | strengthen | to strengthen | We | trust | trust | | | past | | | | purpose
To protect our people, we sent troops.
    protect | protect | To protect | we | our people | people | | | past | | | | purpose
    sent | send | sent | we | troops | troop | | | past | | | | main
By cutting taxes we help workers.
    cutting | cut | cutting | we | taxes | tax | | | present | | | | participle
    help | help | help | we | workers | worker | | | present | | | | main
We have programs to strengthen the schools.
    have | have | have | We | programs | program | | | present | | | | main
    strengthen | strengthen | to strengthen | We | the schools | school | | | present | | | | governed
I believe that they attacked the convoy.
    believe | believe | believe | I | | | | | present | | | | main
    attacked | attack | attacked | they | the convoy | convoy | | | past | | | | complement
He said the north would cooperate.
    said | say | said | He | | | | | past | | | | main
    cooperate | cooperate | would cooperate | the north | | | | | future | would | | | complement
If they attack, we will strike back.
    attack | attack | attack | they | | | | | present | | | | conditional
    strike | strike | will strike | we | | | | | future | will | | | main
Unless they leave, we shall act.
    leave | leave | leave | they | | | | | present | | | | conditional
    act | act | shall act | we | | | | | future | shall | | | main
They ask whether we will stay.
    ask | ask | ask | They | | | | | present | | | | main
    stay | stay | will stay | we | | | | | future | will | | | conditional
Had we known it, we would have acted.
    known | know | Had known | we | it | it | | | past | | | | counterfactual
    acted | act | would have acted | we | | | | | past | would | | | counterfactual
Will they never learn?
    learn | learn | Will never learn | they | | | | | future | will | negated | | question
No nation has ever helped them.
    helped | help | has helped | No nation | them | they | | | past | | negated | | main
They neither attacked nor threatened anyone.
    attacked | attack | neither attacked | They | anyone | anyone | | | past | | negated | | main
    threatened | threaten | threatened | They | anyone | anyone | | | past | | negated | | main
We do not want war, nor do we fear it.
    want | want | do not want | We | war | war | | | present | | negated | | main
    fear | fear | do fear | we | it | it | | | present | | negated | | main
We no longer trust them.
    trust | trust | no longer trust | We | them | they | | | present | | negated | | main
We will not attack or invade.
    attack | attack | will not attack | We | | | | | future | will | negated | | main
    invade | invade | will invade | We | | | | | future | will | negated | | main
They have cut no deal and shipped no food.
    cut | cut | have cut | They | no deal | deal | | | past | | negated | | main
    shipped | ship | shipped | They | no food | food | | | past | | negated | | main
We will not only defend our borders but also help our friends.
    defend | defend | will not defend | We | our borders | border | | | future | will | | | main
    help | help | will help | We | our friends | friend | | | future | will | | | main
They carried out the attack.
    carried | carry | carried out | They | the attack | attack | | out | past | | | | main
We cannot accept this and won't pay.
    accept | accept | cannot accept | We | this | this | | | present | can | negated | | main
    pay | pay | won't pay | We | | | | | future | will | negated | | main
We ought to share our grain.
    share | share | ought to share | We | our grain | grain | | | present | ought | | | main
We will condemn and punish piracy.
    condemn | condemn | will condemn | We | piracy | piracy | | | future | will | | | main
    punish | punish | will punish | We | piracy | piracy | | | future | will | | | main
The farmers' right to roam was denied by the council.
    roam | roam | to roam | The farmers | | | | | past | | | | governed
    denied | deny | was denied | the council | The farmers' right | right | | | past | | passive | | main
The regime must be forced to comply.
    forced | force | must be forced | | The regime | regime | | | present | must | passive | | main
    comply | comply | to comply | The regime | | | | | present | | | | governed
They are said to have attacked a ship.
    said | say | are said | | They | they | | | present | | passive | | main
    attacked | attack | to have attacked | They | a ship | ship | | | past | | | | governed
They may yet change their minds.
    change | change | may change | They | their minds | mind | | | present | may | | | main
We worked with the unions to raise wages.
    worked | work | worked | We | the unions | union | with | | past | | | | main
    raise | raise | to raise | We | wages | wage | | | past | | | | purpose
They work to raise wages.
    raise | raise | work to raise | They | wages | wage | | | present | | | work | main
We look forward to working with you.
    working | work | look to working | We | you | you | with | | present | | | look | main
They insist on violating the truce.
    violating | violate | insist on violating | They | the truce | truce | | | present | | | insist | main
We wish to thank the nurses and to assure them of our support.
    thank | thank | wish to thank | We | the nurses | nurse | | | present | | | wish | main
    assure | assure | wish to assure | We | them | they | of | | present | | | wish | main
While they talk, their guns destroy our homes.
    talk | talk | talk | they | | | | | present | | | | main
    destroy | destroy | destroy | their guns | our homes | home | | | present | | | | main
Having won the war, they lost the peace.
    won | win | Having won | they | the war | war | | | past | | | | participle
    lost | lose | lost | they | the peace | peace | | | past | | | | main
They went home without helping us.
    went | go | went | They | | | | | past | | | | main
    helping | help | helping | They | us | we | | | past | | negated | | participle
It is our duty to feed the hungry.
    feed | feed | is duty to feed | our | the hungry | hungry | | | present | | | be duty | main
The minister, who had been warned, denied everything.
    warned | warn | had been warned | | The minister | minister | | | past | | passive | | relative
    denied | deny | denied | The minister | everything | everything | | | past | | | | main
Stability depends on the neighbours.
    depends | depend | depends | Stability | the neighbours | neighbour | on | | present | | | | main
Many fail or refuse to see it.
    see | see | refuse to see | Many | it | it | | | present | | | refuse | main
We give them the tools they need to build a house.
    give | give | give | We | the tools | tool | | | present | | | | main
    need | need | need | they | | | | | present | | | | relative
    build | build | to build | they | a house | house | | | present | | | | purpose
"""  # noqa: E501

_TEXT_COLUMNS = (
    "verb", "lemma", "phrase", "subject", "target", "object", "preposition", "particle", "tense", "modal",
)  # fmt: skip


def cases() -> list[tuple[str, list[dict[str, Any]]]]:
    """Sentences with the rows expected of them."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for line in CASES.strip().splitlines():
        if not line.startswith(" "):
            found.append((line, []))
            continue
        *texts, marks, chain, clause = (cell.strip() for cell in line.split("|"))
        row: dict[str, Any] = dict(zip(_TEXT_COLUMNS, texts, strict=True))
        row |= {
            "negated": "negated" in marks,
            "passive": "passive" in marks,
            "chain": chain,
            "clause": clause,
        }
        found[-1][1].append(row)
    return found


@pytest.fixture(scope="module")
def verbs() -> pd.DataFrame:
    sentences = [sentence for sentence, _ in cases()]
    documents = pd.DataFrame({"document_id": sentences, "text": sentences})
    return extract(documents, load_parser())[1]


@pytest.mark.parametrize(("sentence", "expected"), cases(), ids=[sentence for sentence, _ in cases()])
def test_units_of_a_sentence(verbs: pd.DataFrame, sentence: str, expected: list[dict[str, Any]]) -> None:
    found = verbs[verbs["document_id"] == sentence]
    rows = found.drop(columns=["document_id", "sentence", "start", "end"]).to_dict("records")
    assert rows == expected


def test_rows_have_all_columns(verbs: pd.DataFrame) -> None:
    assert list(verbs.columns) == list(VERB_COLUMNS)
    assert verbs.dtypes[["negated", "passive"]].eq(bool).all()
    assert not verbs.isna().any(axis=None)
