package io.rapidfit.check;

import io.rapidfit.data.Example;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Finds examples to be learnt from that are equal or near to held-out ones, whatever their task or kind: what is measured on
 * these would look better than it is.
 *
 * <pre>{@code
 * List<Finding> findings = new Leaks(NearDuplicates.builder().build()).check(chats);
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class Leaks implements Check {

    private static final String NAME = "leaks";

    private final NearDuplicates nearDuplicates;

    /** @param nearDuplicates what counts as near */
    public Leaks(NearDuplicates nearDuplicates) {
        this.nearDuplicates = Require.nonNull("nearDuplicates", nearDuplicates);
    }

    /** What of all examples is held out. */
    record HeldOut(NearDuplicates.Index validation, NearDuplicates.Index test) {

        static HeldOut of(Collection<? extends Example> examples, NearDuplicates nearDuplicates) {
            return new HeldOut(
                    index(examples, Split.VALIDATION, nearDuplicates), index(examples, Split.TEST, nearDuplicates));
        }

        private static NearDuplicates.Index index(
                Collection<? extends Example> examples, Split split, NearDuplicates nearDuplicates) {
            NearDuplicates.Index index = nearDuplicates.index();
            examples.stream()
                    .filter(example -> example.split() == split)
                    .forEach(example -> index.add(example.id(), NearDuplicates.compared(example)));
            return index;
        }

        NearDuplicates.@Nullable Match twin(Example example, Split in) {
            return (in == Split.TEST ? test : validation)
                    .nearest(NearDuplicates.compared(example))
                    .orElse(null);
        }
    }

    /**
     * One finding for each example that is in TRAIN or VALIDATION, in their order; others cannot leak. One with a twin in TEST,
     * or, in TRAIN, with one in VALIDATION, fails with 1 - similarity as its score. The twin, how similar it is and where it is,
     * the test split first, stand in the reason, and in the metadata as {@code twin}, {@code similarity} and {@code split}.
     */
    @Override
    public List<Finding> check(Collection<? extends Example> examples) {
        Require.nonNull("examples", examples).forEach(example -> Require.nonNull("example", example));
        HeldOut heldOut = HeldOut.of(examples, nearDuplicates);
        List<Finding> findings = new ArrayList<>();
        for (Example example : examples) {
            if (example.split() == Split.TRAIN || example.split() == Split.VALIDATION) {
                findings.add(finding(example, heldOut));
            }
        }
        return findings;
    }

    private static Finding finding(Example example, HeldOut heldOut) {
        for (Split split : List.of(Split.TEST, Split.VALIDATION)) {
            NearDuplicates.Match twin = example.split() == split ? null : heldOut.twin(example, split);
            if (twin != null) {
                return leak(example, twin, split.name().toLowerCase(Locale.ROOT));
            }
        }
        return Finding.pass(NAME, example.id());
    }

    private static Finding leak(Example example, NearDuplicates.Match twin, String split) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("twin", twin.id());
        metadata.put("similarity", Double.toString(twin.similarity()));
        metadata.put("split", split);
        return new Finding(
                NAME,
                example.id(),
                Finding.Verdict.FAIL,
                OptionalDouble.of(1 - twin.similarity()),
                String.format(Locale.ROOT, "has a similarity of %.3f to %s in %s", twin.similarity(), twin.id(), split),
                metadata);
    }
}
