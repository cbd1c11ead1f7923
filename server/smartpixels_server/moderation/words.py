"""The short lists that come with the server; operators add their own file. `*`: also the beginning of longer words."""

from typing import Final

POLISH: Final = """
chuj* huj huja huje hujem hujowy kurw* kurew* jeb* zjeb* wyjeb* pojeb* dojeb* odjeb* rozjeb* najeb* ujeb* przejeb*
pierdol* pierdal* spierd* wypierd* opierd* zapierd* napierd* rozpierd* pizd*
cipa cipe cipka* ciota cioty cioto pedale pedaly pedalow cwel* szmato szmaciarz* dziwk*
suka suko suki fiut* kutas* dup dupa dupe dupy dupie dupek sranie srac zasran* szcza* gowno gown* skurw* skurwiel*
zydek zydki czarnuch* ciapat* brudas* debil debile debilu debilem downie hitler* heil
"""

ENGLISH: Final = """
fuck* motherfuck* shit* bullshit* cunt* bitch* asshole* arsehole* bastard* dick dickhead* cock cocks cocksuck* pussy
slut* whore* wank* twat* nigger* nigga* faggot* fag fags kike* spic spics chink chinks retard* rape rapist* porn* dildo*
blowjob* handjob* cumshot* hitler* heil nazi* kys
"""
