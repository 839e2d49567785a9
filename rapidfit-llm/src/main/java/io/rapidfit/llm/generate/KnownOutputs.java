package io.rapidfit.llm.generate;

import io.rapidfit.check.NearDuplicates;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which texts there are already, in bounded memory: of every one a hash, by which equal ones are known, and the last few million
 * characters of them in an index of near-duplicates.
 */
final class KnownOutputs {

    /** An index takes about 15 bytes a character, and there are two of them. */
    private static final int CHARACTERS_OF_AN_INDEX = 2_000_000;

    private final int charactersOfAnIndex;

    private final NearDuplicates duplicates;
    private final Set<Long> hashes = new HashSet<>();
    private NearDuplicates.Index last;
    private NearDuplicates.Index older;
    private long characters;

    KnownOutputs(NearDuplicates duplicates) {
        this(duplicates, CHARACTERS_OF_AN_INDEX);
    }

    KnownOutputs(NearDuplicates duplicates, int charactersOfAnIndex) {
        this.charactersOfAnIndex = charactersOfAnIndex;
        this.duplicates = duplicates;
        this.last = duplicates.index();
        this.older = duplicates.index();
    }

    /** Equal for texts that are equal when normalised. */
    private static long hash(String text) {
        return ByteBuffer.wrap(Sha256.hash(TextNormalizer.normalize(text))).getLong();
    }

    void add(String text) {
        hashes.add(hash(text));
        if (characters >= charactersOfAnIndex) {
            older = last;
            last = duplicates.index();
            characters = 0;
        }
        last.add("", text);
        characters += text.length();
    }

    /** How similar the most similar text is, if it is too similar. */
    Optional<Double> similarity(String text) {
        if (hashes.contains(hash(text))) {
            return Optional.of(1.0);
        }
        return last.nearest(text).or(() -> older.nearest(text)).map(NearDuplicates.Match::similarity);
    }
}
