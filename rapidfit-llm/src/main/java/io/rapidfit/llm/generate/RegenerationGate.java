package io.rapidfit.llm.generate;

import io.rapidfit.check.Grounding;
import io.rapidfit.check.NearDuplicates;
import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Message;
import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which responses may replace an original. What it refuses comes with a reason that goes back to the model. */
final class RegenerationGate {

    /** Our own words and the caller's are about writing, not about the weather: few of them in a row are no chance. */
    private static final int INSTRUCTION_WORDS = 6;

    /** So many that two people hardly ever write by chance. */
    private static final int PASSAGE_WORDS = 8;

    /** A system prompt says also what the assistant may pass on. */
    private static final int SYSTEM_WORDS = 12;

    private static final Pattern ADDRESS = Pattern.compile("\\bhttps?://\\S+");
    private static final Pattern DIGITS = Pattern.compile("\\p{N}+");

    /** JSON from beginning to end, and how models write the call of a tool. */
    private static final Pattern MARKUP = Pattern.compile(
            "\\A\\s*[{\\[].*[}\\]]\\s*\\z|<\\W?(?:tool|function)", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    /** @param reason in words that the model can act on */
    record Refusal(Rejection rejection, String reason) {}

    private final RegenerationOptions options;
    private final TemplateReport templates;
    private final KnownOutputs outputs;
    private final @Nullable Grounding grounding;
    private final NearDuplicates duplicates;
    private final WordRuns instructions;
    private final Map<String, List<WordRuns>> voices = new HashMap<>();

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
        this.duplicates =
                NearDuplicates.builder().threshold(options.duplicateThreshold()).build();
        this.instructions = WordRuns.of(options.prompt().text(), INSTRUCTION_WORDS);
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
        if (TextWords.of(response).isEmpty()) {
            return refuse(Rejection.TOO_SHORT, "it has no words");
        }
        String original = conversation.response().orElse("");
        if (isMarkup(response) && !isMarkup(original)) {
            return refuse(Rejection.LEAKED, "it is JSON or the call of a tool, and no message");
        }
        Optional<Template> template = templates.matching(response);
        if (template.isPresent()) {
            return refuse(
                    Rejection.TEMPLATED, "it follows \"%s\"", template.get().form());
        }
        Optional<String> copied = copied(conversation, original, response);
        if (copied.isPresent()) {
            return refuse(Rejection.LEAKED, "\"%s\" is taken from the instructions or the passages", copied.get());
        }
        List<String> madeUp =
                grounding == null ? List.of() : grounding.ungrounded(response, sources(grounding, conversation));
        if (!madeUp.isEmpty()) {
            return refuse(Rejection.UNGROUNDED, "the conversation does not say %s", quoted(madeUp));
        }
        Optional<Double> similarity = similarity(original, response).or(() -> outputs.similarity(response));
        if (similarity.isPresent()) {
            return refuse(
                    Rejection.DUPLICATE,
                    "it is too much like a message that was written before: %.2f of 1",
                    similarity.get());
        }
        return Optional.empty();
    }

    private static boolean isMarkup(String text) {
        return MARKUP.matcher(text).find();
    }

    /** To the message that is to go. */
    private Optional<Double> similarity(String original, String response) {
        NearDuplicates.Index index = duplicates.index();
        index.add("", original);
        return index.nearest(response).map(NearDuplicates.Match::similarity);
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
        sources.add(DIGITS.matcher(options.instruction(persona)).replaceAll(" ")); // names, not "at most 40 words"
        return sources;
    }

    /** The first words that stand in the instructions, a passage or a system prompt, and did not stand in the original. */
    private Optional<String> copied(Conversation conversation, String original, String response) {
        List<WordRuns> others = new ArrayList<>(List.of(instructions));
        others.addAll(voices.computeIfAbsent(options.persona(conversation), this::voice));
        for (Message message : conversation.context()) {
            if (message.role().equals(Message.SYSTEM) || message.role().equals(Message.DEVELOPER)) {
                others.add(WordRuns.of(message.text(), SYSTEM_WORDS));
            }
        }
        String stated = ADDRESS.matcher(response).replaceAll(" ");
        return others.stream()
                .flatMap(runs -> runs.in(stated).filter(run -> !WordRuns.contains(original, run)))
                .findFirst();
    }

    private List<WordRuns> voice(String persona) {
        List<WordRuns> voice = new ArrayList<>();
        voice.add(WordRuns.of(options.instruction(persona), INSTRUCTION_WORDS));
        StyleCorpus corpus = options.corpus();
        if (corpus != null) {
            corpus.passages(persona).forEach(passage -> voice.add(WordRuns.of(passage, PASSAGE_WORDS)));
        }
        return voice;
    }
}
