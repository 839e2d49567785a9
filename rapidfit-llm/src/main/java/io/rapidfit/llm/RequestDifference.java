package io.rapidfit.llm;

import io.rapidfit.text.DisplayWidth;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Says in what a request differs from the most similar of others, quoting little of either. */
final class RequestDifference {

    private static final int QUOTED = 40;

    private RequestDifference() {}

    static String toNearest(ChatRequest request, List<ChatRequest> others) {
        return others.stream()
                .max(Comparator.comparingLong(other -> similarity(request, other)))
                .map(nearest -> "The nearest recorded request differs: " + describe(request, nearest))
                .orElse("The recording is empty.");
    }

    /** How much of the messages is the same from their start on. */
    private static long similarity(ChatRequest a, ChatRequest b) {
        long same = 0;
        for (int i = 0; i < Math.min(a.messages().size(), b.messages().size()); i++) {
            String one = a.messages().get(i).content();
            String two = b.messages().get(i).content();
            same += one.equals(two) ? 1_000_000 + one.length() : commonPrefix(one, two);
        }
        return same;
    }

    private static String describe(ChatRequest request, ChatRequest recorded) {
        for (int i = 0;
                i < Math.min(request.messages().size(), recorded.messages().size());
                i++) {
            ChatMessage now = request.messages().get(i);
            ChatMessage then = recorded.messages().get(i);
            if (!now.content().equals(then.content())) {
                int at = commonPrefix(now.content(), then.content());
                return "message %s (%s) at character %s, now \"%s\", then \"%s\"."
                        .formatted(i + 1, now.role(), at + 1, quote(now.content(), at), quote(then.content(), at));
            }
            if (now.role() != then.role()) {
                return "message %s is of %s, then of %s.".formatted(i + 1, now.role(), then.role());
            }
        }
        if (request.messages().size() != recorded.messages().size()) {
            return "it has %s messages, then %s."
                    .formatted(request.messages().size(), recorded.messages().size());
        }
        if (!Objects.equals(request.temperature(), recorded.temperature())) {
            return "its temperature is %s, then %s.".formatted(request.temperature(), recorded.temperature());
        }
        if (!Objects.equals(request.maxTokens(), recorded.maxTokens())) {
            return "its maxTokens is %s, then %s.".formatted(request.maxTokens(), recorded.maxTokens());
        }
        return "its JSON Schema is another.";
    }

    private static String quote(String text, int at) {
        return DisplayWidth.fit(text.substring(at), QUOTED);
    }

    private static int commonPrefix(String a, String b) {
        int i = 0;
        while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i > 0 && Character.isHighSurrogate(a.charAt(i - 1)) ? i - 1 : i; // not within a character
    }
}
