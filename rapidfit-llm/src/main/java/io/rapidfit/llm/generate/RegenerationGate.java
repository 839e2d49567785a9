package io.rapidfit.llm.generate;

import io.rapidfit.check.Grounding;
import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Message;
import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which responses may replace an original. What it refuses comes with a reason that goes back to the model. */
final class RegenerationGate {

    /** So many words in a row that two people hardly ever write by chance. */
    private static final int COPIED_WORDS = 8;

    /** @param reason in words that the model can act on */
    record Refusal(Rejection rejection, String reason) {}

    private final RegenerationOptions options;
    private final TemplateReport templates;
    private final KnownOutputs outputs;
    private final @Nullable Grounding grounding;
    private final Set<String> instructions;
    private final Map<String, Set<String>> voices = new HashMap<>();

    /** @param grounding finds what a response makes up; null if nobody looks */
    RegenerationGate(
            RegenerationOptions options,
            TemplateReport templates,
            KnownOutputs outputs,
            @Nullable Grounding grounding) {
        this.options = options;
        this.templates = templates;
        this.outputs = outputs;
        this.grounding = grounding;
        this.instructions = runs(options.prompt().text());
    }

    /** Why the response is not good enough; empty if it is. */
    Optional<Refusal> refusal(Conversation conversation, String response) {
        int length = response.codePointCount(0, response.length());
        if (length < options.minLength()) {
            return refuse(Rejection.TOO_SHORT, "it has %d characters, fewer than %d", length, options.minLength());
        }
        if (length > options.maxLength()) {
            return refuse(Rejection.TOO_LONG, "it has %d characters, more than %d", length, options.maxLength());
        }
        Optional<Template> template = templates.matching(response);
        if (template.isPresent()) {
            return refuse(
                    Rejection.TEMPLATED, "it follows \"%s\"", template.get().form());
        }
        Optional<String> copied = copied(conversation, response);
        if (copied.isPresent()) {
            return refuse(Rejection.LEAKED, "\"%s\" is taken from the instructions or the passages", copied.get());
        }
        List<String> madeUp =
                grounding == null ? List.of() : grounding.ungrounded(response, sources(grounding, conversation));
        if (!madeUp.isEmpty()) {
            return refuse(Rejection.UNGROUNDED, "the conversation does not say %s", quoted(madeUp));
        }
        Optional<Double> similarity = outputs.similarity(response);
        if (similarity.isPresent()) {
            return refuse(
                    Rejection.DUPLICATE,
                    "it is too much like a message that was written for another conversation: %.2f of 1",
                    similarity.get());
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(Rejection rejection, String reason, Object... values) {
        return Optional.of(new Refusal(rejection, String.format(Locale.ROOT, reason, values)));
    }

    private static String quoted(List<String> found) {
        return String.join(
                ", ", found.stream().limit(10).map(thing -> '"' + thing + '"').toList());
    }

    private List<String> sources(Grounding grounding, Conversation conversation) {
        String persona = options.persona(conversation);
        List<String> sources = new ArrayList<>(grounding.sources(conversation));
        sources.add(persona);
        sources.add(options.instruction(persona));
        return sources;
    }

    /** The first words that stand in the instructions or passages, and did not stand in the original. */
    private Optional<String> copied(Conversation conversation, String response) {
        String persona = options.persona(conversation);
        Set<String> voice = voices.computeIfAbsent(persona, this::voice);
        Set<String> original = runs(conversation.response().orElse(""));
        Set<String> system = new HashSet<>();
        for (Message message : conversation.context()) {
            if (message.role().equals(Message.SYSTEM) || message.role().equals(Message.DEVELOPER)) {
                system.addAll(runs(message.text()));
            }
        }
        List<String> words = TextWords.of(response);
        for (int i = 0; i + COPIED_WORDS <= words.size(); i++) {
            String run = String.join(" ", words.subList(i, i + COPIED_WORDS));
            boolean isOthers = instructions.contains(run) || voice.contains(run) || system.contains(run);
            if (isOthers && !original.contains(run)) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    private Set<String> voice(String persona) {
        Set<String> voice = runs(options.instruction(persona));
        StyleCorpus corpus = options.corpus();
        if (corpus != null) {
            corpus.passages(persona).forEach(passage -> voice.addAll(runs(passage)));
        }
        return voice;
    }

    private static Set<String> runs(String text) {
        List<String> words = TextWords.of(text);
        Set<String> runs = new HashSet<>();
        for (int i = 0; i + COPIED_WORDS <= words.size(); i++) {
            runs.add(String.join(" ", words.subList(i, i + COPIED_WORDS)));
        }
        return runs;
    }
}
