"""How the suite is put in place: images, rights, authorities, and the embedded stack."""
