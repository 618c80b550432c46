-- Texts are stored as a search sees them (the program's own folding, domain/folding.py): those of former programs
-- had their ligatures written out only. Folding what is folded changes nothing.
UPDATE texts SET about = fold(about), content = fold(content);
