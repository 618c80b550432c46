"""Names and places of the demo: frequent Luxembourg names in made-up combinations, made-up institutions.

No matricule can hit a real person (birth year minus 200), no telephone number is printed, street
numbers are made up; the institutions do not exist.
"""

FAMILIES = (
    "Schmit", "Muller", "Weber", "Hoffmann", "Wagner", "Thill", "Klein", "Schroeder", "Kremer", "Reuter",
    "Da Silva", "Ferreira", "Becker", "Welter", "Kieffer", "Faber", "Scholtes", "Weis", "Pereira", "Krier",
    "Hansen", "Steffen", "Lorang", "Majerus", "Santos", "Bintz", "Origer", "Rossi", "Meyers", "Nilles",
    "Dos Santos", "Conter", "Graf", "Jacoby", "Wirtz", "Petry", "Theisen", "Mores", "Kayser", "Fischbach",
    "Gomes", "Ludwig", "Martins", "Bauer", "Biever", "Siebenaler", "Trausch", "Urbing", "Lentz", "Hemmer",
    "Dupont", "Lambert", "Kowalski", "Novak", "Hadzic", "Ewen", "Flammang", "Ries", "Zeimet", "Elsen",
)  # fmt: skip

WOMEN = (
    ("Anne", 1950, 2005), ("Marie", 1925, 2100), ("Léonie", 1925, 1955), ("Josette", 1932, 1965),
    ("Christiane", 1940, 1972), ("Nathalie", 1962, 1992), ("Martine", 1950, 1978), ("Sandra", 1968, 1996),
    ("Lynn", 1985, 2012), ("Maria", 1930, 2005), ("Sophie", 1975, 2100), ("Lena", 1994, 2100),
    ("Emma", 1998, 2100), ("Mia", 2004, 2100), ("Charlotte", 1990, 2100), ("Ana", 1960, 2018),
    ("Carine", 1962, 1990), ("Monique", 1938, 1970), ("Marguerite", 1925, 1950), ("Elisabeth", 1928, 1975),
    ("Julie", 1978, 2022), ("Zoé", 2003, 2100), ("Inês", 1985, 2100), ("Jeannine", 1932, 1962),
    ("Tania", 1970, 1998), ("Viviane", 1950, 1980),
)  # fmt: skip

MEN = (
    ("Jos", 1930, 1972), ("Jean", 1925, 1990), ("Marc", 1952, 1988), ("Nico", 1940, 1985),
    ("Paul", 1930, 2100), ("Claude", 1940, 1978), ("Tom", 1975, 2014), ("Luca", 1995, 2100),
    ("Noah", 2004, 2100), ("Ben", 1995, 2100), ("Gabriel", 1990, 2100), ("Fernand", 1925, 1958),
    ("Romain", 1945, 1990), ("Georges", 1928, 1975), ("Pit", 1975, 2018), ("José", 1945, 2005),
    ("António", 1940, 1990), ("Carlo", 1948, 1988), ("Patrick", 1958, 1990), ("Steve", 1972, 2000),
    ("Liam", 2006, 2100), ("Emil", 1925, 1948), ("Victor", 1925, 2100), ("Yves", 1955, 1985),
    ("Marco", 1955, 1998), ("Gilles", 1970, 2008),
)  # fmt: skip

STREETS = (
    "rue de l'École", "rue des Champs", "rue du Moulin", "rue de l'Église", "rue des Jardins", "an der Gaass",
    "rue du Cimetière", "cité Am Bruch", "rue des Prés", "rue de la Forêt", "op der Haard", "rue Principale",
    "rue du Lavoir", "rue de la Montagne", "rue des Romains", "Kierchewee",
)  # fmt: skip

PLACES = (
    "L-8325 Capellen", "L-9240 Diekirch", "L-4581 Differdange", "L-6460 Echternach", "L-7561 Mersch",
    "L-1234 Luxembourg", "L-4131 Esch-sur-Alzette", "L-3440 Dudelange", "L-9711 Clervaux", "L-8510 Redange",
    "L-5540 Remich", "L-6740 Grevenmacher", "L-9515 Wiltz", "L-7240 Bereldange", "L-5310 Contern",
)  # fmt: skip
