package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges the code of a response, or what of it stands in Markdown fences. */
abstract class CodeCheck extends ResponseCheck {

    private final String languageField;
    private final Set<String> languages;

    CodeCheck(Builder<?> builder) {
        super(builder);
        this.languageField = builder.languageField;
        this.languages = builder.languages;
    }

    @Override
    final boolean concerns(Example example) {
        return languages.isEmpty()
                || example.field(languageField)
                        .map(language -> languages.contains(language.strip().toLowerCase(Locale.ROOT)))
                        .orElse(true);
    }

    @Override
    final Finding judge(Example example, String response) {
        List<CodeBlock> blocks = CodeBlock.of(response, languages).stream()
                .filter(block -> !block.code().isBlank())
                .toList();
        return blocks.isEmpty() ? error(example, "there is no code to judge") : judge(example, blocks);
    }

    /** @param blocks at least one, and none is blank */
    abstract Finding judge(Example example, List<CodeBlock> blocks);

    /**
     * The options that every check of code has. Not thread-safe.
     *
     * @param <B> the check's own builder
     */
    abstract static class Builder<B extends Builder<B>> extends ResponseCheck.Builder<B> {

        private String languageField = "language";
        private Set<String> languages;

        Builder(String name, String... languages) {
            super(name);
            this.languages = Set.of(languages);
        }

        /**
         * The path of the field that says what language the code is in. Defaults to {@code language}. Examples that have it and name
         * another than {@link #languages} are not judged; those that do not have it are.
         */
        public B languageField(String path) {
            this.languageField = Require.notBlank("languageField", path);
            return self();
        }

        /**
         * The names of the language, in the field and at Markdown fences, in whatever case. If some fenced block has one of them, only
         * such blocks are judged, else those without any name; a response without fences is code as a whole. None for all languages.
         */
        public B languages(String... names) {
            this.languages = Arrays.stream(Require.nonNull("languages", names))
                    .map(name -> Require.notBlank("language", name).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
            return self();
        }
    }
}
