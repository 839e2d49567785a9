package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.Message;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A line of a file for fine-tuning.
 *
 * @param turns as far as they can be read
 * @param problems where it is not as its format wants it, by the names of members; no values
 */
record ChatLine(List<Turn> turns, List<String> problems) {

    static final String SYSTEM = "system";
    static final String MESSAGES = "messages";
    static final String PROMPT = "prompt";
    static final String COMPLETION = "completion";

    /** Which members of a line a model sees. */
    static final List<String> SEEN = List.of(SYSTEM, MESSAGES, PROMPT, COMPLETION);

    private static final Set<String> ROLES =
            Set.of(Message.SYSTEM, "developer", Message.USER, Message.ASSISTANT, Message.TOOL, "function");

    /** What a chat template adds: OpenAI's cookbook counts three tokens and the role for a message, and three for the answer. */
    private static final int TOKENS_PER_TURN = 4;

    private static final int TOKENS_PER_LINE = 3;

    ChatLine {
        turns = List.copyOf(turns);
        problems = List.copyOf(problems);
    }

    /** What a line of this format says where a system prompt, which may be empty, a user and an assistant do. */
    static List<Turn> turns(FineTuneFormat format, String system, String user, String assistant) {
        if (format == FineTuneFormat.PROMPT_COMPLETION) {
            return List.of(Turn.user(system.isEmpty() ? user : system + "\n\n" + user), Turn.assistant(assistant));
        }
        return system.isEmpty()
                ? List.of(Turn.user(user), Turn.assistant(assistant))
                : List.of(Turn.system(system), Turn.user(user), Turn.assistant(assistant));
    }

    /** @param turns as {@link #turns} gives them */
    static ObjectNode write(FineTuneFormat format, List<Turn> turns, ObjectNode metadata) {
        ObjectNode line = Json.object();
        switch (format) {
            case OPENAI_CHAT -> line.set(MESSAGES, messages(turns));
            case CHAT -> line.<ObjectNode>set(MESSAGES, messages(turns)).set("metadata", metadata);
            case ANTHROPIC_CHAT -> {
                boolean hasSystem = turns.get(0).isSystem();
                if (hasSystem) {
                    line.put(SYSTEM, turns.get(0).text());
                }
                line.set(MESSAGES, messages(hasSystem ? turns.subList(1, turns.size()) : turns));
            }
            case PROMPT_COMPLETION ->
                line.put(PROMPT, turns.get(0).text())
                        .put(COMPLETION, turns.get(1).text())
                        .set("metadata", metadata);
        }
        return line;
    }

    private static ArrayNode messages(List<Turn> turns) {
        ArrayNode messages = Json.NODES.arrayNode();
        turns.forEach(turn -> messages.addObject().put("role", turn.role()).put("content", turn.text()));
        return messages;
    }

    static ChatLine read(FineTuneFormat format, JsonNode line) {
        Reader reader = new Reader(format);
        reader.read(line);
        return new ChatLine(reader.turns, reader.problems);
    }

    /** What the model is to learn to write: the last turn, if it is the assistant's. */
    Optional<String> completion() {
        return turns.isEmpty() || !turns.get(turns.size() - 1).isBy(Message.ASSISTANT)
                ? Optional.empty()
                : Optional.of(turns.get(turns.size() - 1).text());
    }

    /** The turns before the {@link #completion}, or all. */
    List<Turn> prompt() {
        return completion().isEmpty() ? turns : turns.subList(0, turns.size() - 1);
    }

    static int tokens(List<Turn> turns, TokenCounter counter) {
        long tokens = TOKENS_PER_LINE;
        for (Turn turn : turns) {
            tokens += TOKENS_PER_TURN + (long) counter.count(turn.text());
        }
        return (int) Math.min(tokens, Integer.MAX_VALUE);
    }

    /** What is wrong with who speaks when; empty if nothing is. */
    Optional<String> wrongOrder(FineTuneFormat format) {
        int first = 0;
        while (first < turns.size() && turns.get(first).isSystem()) {
            first++;
        }
        if (first > 1) {
            return Optional.of("has more than one system prompt");
        }
        List<Turn> talk = turns.subList(first, turns.size());
        if (talk.isEmpty() || !talk.get(0).isBy(Message.USER)) {
            return Optional.of("does not start with the user");
        }
        if (completion().isEmpty()) {
            return Optional.of("does not end with the assistant");
        }
        for (int i = 1; i < talk.size(); i++) {
            Turn turn = talk.get(i);
            Turn before = talk.get(i - 1);
            if (turn.isSystem()) {
                return Optional.of("has a system prompt that is not its first message");
            }
            if (turn.isTool() && !before.isTool() && !(before.isBy(Message.ASSISTANT) && before.saysOtherwise())) {
                return Optional.of("has a tool's answer that nobody asked for");
            }
            boolean takesTurns = !turn.role().equals(before.role()) || turn.isTool();
            if (!takesTurns && format != FineTuneFormat.OPENAI_CHAT) {
                return Optional.of("has two messages of the %s in a row".formatted(turn.role()));
            }
        }
        return Optional.empty();
    }

    /** Reads as much as can be, and collects what is wrong. */
    private static final class Reader {

        private final FineTuneFormat format;
        private final List<Turn> turns = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Reader(FineTuneFormat format) {
            this.format = format;
        }

        void read(JsonNode line) {
            if (!line.isObject()) {
                problems.add("is no JSON object");
                return;
            }
            requireMembers(line, "the line", members());
            switch (format) {
                case OPENAI_CHAT, CHAT -> messages(line.path(MESSAGES), MESSAGES);
                case ANTHROPIC_CHAT -> {
                    JsonNode system = line.path(SYSTEM);
                    if (system.isTextual()) {
                        turns.add(Turn.system(text(system)));
                    } else if (!system.isMissingNode()) {
                        problems.add("\"system\" must be a string");
                    }
                    messages(line.path(MESSAGES), MESSAGES);
                }
                case PROMPT_COMPLETION -> {
                    side(line.path(PROMPT), PROMPT, Message.USER);
                    side(line.path(COMPLETION), COMPLETION, Message.ASSISTANT);
                }
            }
        }

        /** What a line may have; empty for anything. */
        private Set<String> members() {
            return switch (format) {
                case OPENAI_CHAT -> Set.of(MESSAGES, "tools", "parallel_tool_calls", "functions");
                case ANTHROPIC_CHAT -> Set.of(SYSTEM, MESSAGES);
                case CHAT, PROMPT_COMPLETION -> Set.of();
            };
        }

        /** What a message may have; empty for anything. */
        private Set<String> messageMembers() {
            return switch (format) {
                case OPENAI_CHAT ->
                    Set.of("role", "content", "name", "weight", "tool_calls", "tool_call_id", "function_call");
                case ANTHROPIC_CHAT -> Set.of("role", "content");
                case CHAT, PROMPT_COMPLETION -> Set.of();
            };
        }

        private void requireMembers(JsonNode object, String what, Set<String> known) {
            if (!known.isEmpty() && object.properties().stream().anyMatch(member -> !known.contains(member.getKey()))) {
                problems.add("%s has a member beside %s".formatted(what, known(known)));
            }
        }

        private static String known(Set<String> members) {
            return members.stream().sorted().toList().toString();
        }

        private void side(JsonNode side, String name, String role) {
            if (side.isTextual()) {
                turns.add(new Turn(role, text(side), ""));
            } else if (side.isArray()) {
                messages(side, name);
            } else {
                problems.add("\"%s\" must be a string, or a list of messages".formatted(name));
            }
        }

        private void messages(JsonNode messages, String name) {
            if (!messages.isArray() || messages.isEmpty()) {
                problems.add("\"%s\" must be a list of at least one message".formatted(name));
                return;
            }
            for (int i = 0; i < messages.size(); i++) {
                message(messages.get(i), name + "." + i);
            }
        }

        private void message(JsonNode message, String path) {
            if (!message.isObject()) {
                problems.add("\"%s\" must be an object".formatted(path));
                return;
            }
            requireMembers(message, "\"" + path + "\"", messageMembers());
            JsonNode role = message.path("role");
            Set<String> roles = format == FineTuneFormat.ANTHROPIC_CHAT
                    ? Set.of(Message.USER, Message.ASSISTANT) // the system prompt stands beside the messages
                    : ROLES;
            if (!role.isTextual() || !roles.contains(role.textValue())) {
                problems.add("\"%s.role\" must be one of %s".formatted(path, known(roles)));
                return;
            }
            JsonNode weight = message.path("weight");
            if (format == FineTuneFormat.OPENAI_CHAT
                    && !weight.isMissingNode()
                    && !(weight.isIntegralNumber() && (weight.asLong() == 0 || weight.asLong() == 1))) {
                problems.add("\"%s.weight\" must be 0 or 1".formatted(path));
            }
            ArrayNode calls = Json.NODES.arrayNode();
            message.path("tool_calls").forEach(calls::add);
            if (message.path("function_call").isObject()) {
                calls.add(message.path("function_call"));
            }
            content(message.path("content"), path, role.textValue(), calls);
        }

        private void content(JsonNode content, String path, String role, ArrayNode calls) {
            if (content.isTextual()) {
                turns.add(new Turn(role, text(content), written(calls)));
            } else if ((content.isNull() || content.isMissingNode()) && !calls.isEmpty()) {
                turns.add(new Turn(role, "", written(calls)));
            } else if (content.isArray() && format != FineTuneFormat.ANTHROPIC_CHAT) {
                parts(content, path, role, calls);
            } else {
                problems.add("\"%s.content\" must be a string%s"
                        .formatted(path, format == FineTuneFormat.ANTHROPIC_CHAT ? "" : ", or a list of parts"));
            }
        }

        private void parts(JsonNode parts, String path, String role, ArrayNode calls) {
            List<String> texts = new ArrayList<>();
            ArrayNode others = calls.deepCopy();
            for (JsonNode part : parts) {
                if (part.path("text").isTextual()) {
                    texts.add(text(part.path("text")));
                } else if (part.path("type").isTextual()
                        && !part.path("type").textValue().equals("text")) {
                    others.add(part); // an image, for example
                } else {
                    problems.add("each part of \"%s.content\" must be an object with a \"type\"".formatted(path));
                    return;
                }
            }
            turns.add(new Turn(role, String.join("\n", texts), written(others)));
        }

        private static String written(ArrayNode others) {
            return others.isEmpty() ? "" : Json.write(others);
        }

        private static String text(JsonNode text) {
            return TextNormalizer.wellFormed(text.textValue());
        }
    }
}
