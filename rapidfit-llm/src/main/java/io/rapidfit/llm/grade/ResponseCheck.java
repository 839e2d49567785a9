package io.rapidfit.llm.grade;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Judges one field of each example by itself. What cannot be judged is an ERROR. */
abstract class ResponseCheck implements Check {

    private static final int LONGEST_QUOTE = 80;

    private final String name;
    private final String responseField;

    ResponseCheck(Builder<?> builder) {
        this.name = builder.name;
        this.responseField = builder.responseField;
    }

    /** See {@link Builder#name}. */
    public final String name() {
        return name;
    }

    /** One finding for each example that is judged, in their order. */
    @Override
    public final List<Finding> check(Collection<? extends Example> examples) {
        List<Finding> findings = new ArrayList<>();
        for (Example example : Require.nonNull("examples", examples)) {
            if (concerns(Require.nonNull("example", example))) {
                findings.add(finding(example));
            }
        }
        return findings;
    }

    private Finding finding(Example example) {
        if (Thread.currentThread().isInterrupted()) { // what takes long is not begun again for each of the rest
            return error(example, "interrupted");
        }
        Optional<String> response = example.field(responseField);
        if (response.isEmpty()) {
            return missing(example, responseField);
        }
        return response.get().isBlank()
                ? error(example, "the field '" + responseField + "' is empty")
                : judge(example, response.get());
    }

    /** Whether there is to be a finding for it. */
    boolean concerns(Example example) {
        return true;
    }

    /** @param response not blank */
    abstract Finding judge(Example example, String response);

    final Finding pass(Example example) {
        return Finding.pass(name, example.id());
    }

    final Finding fail(Example example, double score, String reason) {
        return Finding.fail(name, example.id(), score, reason);
    }

    final Finding error(Example example, String reason) {
        return Finding.error(name, example.id(), reason);
    }

    final Finding missing(Example example, String field) {
        return error(example, "the example has no field '" + field + "'");
    }

    /** The end of a text, on one line: where answers and error messages say what matters. */
    static String end(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        int length = line.codePointCount(0, line.length());
        return length <= LONGEST_QUOTE
                ? line
                : "…" + line.substring(line.offsetByCodePoints(0, length - LONGEST_QUOTE));
    }

    /**
     * The options that every check here has. Not thread-safe.
     *
     * @param <B> the check's own builder
     */
    abstract static class Builder<B extends Builder<B>> {

        private String name;
        private String responseField = "response";

        Builder(String name) {
            this.name = name;
        }

        abstract B self();

        /** How the findings name the check. By default after its class, such as {@code java-syntax}. */
        public B name(String name) {
            this.name = Require.notBlank("name", name);
            return self();
        }

        /** The path of the field that is judged. Defaults to {@code response}. */
        public B responseField(String path) {
            this.responseField = Require.notBlank("responseField", path);
            return self();
        }
    }
}
