"""What an export says of itself to whoever opens it, in both languages; without dates, so the same log gives the same bytes."""

README = """\
# Revisionslogg / Audit log

## Svenska

Varje katalog här är en logg från Medverka: allt som en tjänst har antecknat, i ordning, så som det skrevs från början.

| fil | vad |
|---|---|
| `<logg>/checkpoint` | loggens namn, antal poster och rot, underskrivna (C2SP tlog-checkpoint, Ed25519) |
| `<logg>/tile/entries/…` | posterna: CloudEvents 1.0 i JSON, 256 i varje fil, var och en efter sin längd i två byte |
| `<logg>/tile/0/…`, `tile/1/…` | trädets hashvärden (RFC 6962, C2SP tlog-tiles) |
| `<logg>/live-keys` | namnen på de personnycklar som ännu finns; den listan är inte underskriven |
| `verifier-keys` | de publika nycklarna, en per rad |

Pröva utan vår hjälp: kontrollpunkten, posterna och hashvärdena har öppna format som andras verktyg läser (Go:
`golang.org/x/mod/sumdb`, version 0.40 eller senare). Med vårt: `./medverka verify KATALOG --key NYCKLAR`.

* Hämta nycklarna på annat sätt än ur den här katalogen. Den som kan byta katalogen kan byta nycklarna i den.
* Spara kontrollpunkterna. Den som har myndighetens privata nyckel kan skriva om allt och skriva under på nytt; det syns bara
  för den som har kvar en äldre kontrollpunkt (`--against`).
* Ett fält med `keyRef` är krypterat. Finns nyckeln i `live-keys` kan myndigheten läsa fältet. Finns den inte ska en post
  `SubjectErased` med ett beslut säga varför. Saknas även den är fältet oförklarat, och det är ett fel.

## English

Each directory here is a log of Medverka: all that a service has recorded, in order, as it was written at first.

| file | what |
|---|---|
| `<log>/checkpoint` | the log's name, its number of entries and its root, signed (C2SP tlog-checkpoint, Ed25519) |
| `<log>/tile/entries/…` | the entries: CloudEvents 1.0 in JSON, 256 a file, each behind its length in two bytes |
| `<log>/tile/0/…`, `tile/1/…` | the tree's hashes (RFC 6962, C2SP tlog-tiles) |
| `<log>/live-keys` | the names of the persons' keys that still exist; that list is not signed |
| `verifier-keys` | the public keys, one a line |

Verify without our help: checkpoint, entries and hashes have open formats that others' tools read (Go:
`golang.org/x/mod/sumdb`, version 0.40 or later). With ours: `./medverka verify DIRECTORY --key KEYS`.

* Get the keys in another way than from this directory. Whoever can replace the directory can replace the keys in it.
* Keep the checkpoints. Whoever has the authority's private key can rewrite everything and sign anew; only somebody who kept an
  older checkpoint sees it (`--against`).
* A field with `keyRef` is encrypted. If its key is in `live-keys`, the authority can read it. If not, an entry
  `SubjectErased` with a decision must say why. If that is missing too, the field is unexplained, and that is a fault.
"""
