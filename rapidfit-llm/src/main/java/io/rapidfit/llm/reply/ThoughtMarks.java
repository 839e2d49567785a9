package io.rapidfit.llm.reply;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The marks between which models think aloud before they answer. */
final class ThoughtMarks {

    record Pair(String open, String close) {}

    private static final List<Pair> PAIRS = List.of(
            new Pair("<think>", "</think>"),
            new Pair("<thinking>", "</thinking>"),
            new Pair("<thought>", "</thought>"),
            new Pair("<thoughts>", "</thoughts>"),
            new Pair("<reasoning>", "</reasoning>"),
            new Pair("<reflection>", "</reflection>"),
            new Pair("<analysis>", "</analysis>"),
            new Pair("<scratchpad>", "</scratchpad>"),
            new Pair("[THINK]", "[/THINK]"),
            new Pair("\u25C1think\u25B7", "\u25C1/think\u25B7"),
            new Pair("<|begin_of_thought|>", "<|end_of_thought|>"),
            new Pair("<|START_THINKING|>", "<|END_THINKING|>"));

    static final String CHANNEL = "<|channel|>";
    private static final String MESSAGE = "<|message|>";
    private static final List<String> ENDS_OF_MESSAGE = List.of(CHANNEL, "<|end|>", "<|start|>", "<|return|>");

    /** Between the channel's mark and its message stand a name, a recipient and a format. */
    private static final int MAX_CHANNEL_HEADER = 200;

    private ThoughtMarks() {}

    static boolean mayStartWith(char c) {
        return c == '<' || c == '[' || c == '\u25C1';
    }

    static @Nullable Pair openAt(String text, int at) {
        for (Pair pair : PAIRS) {
            if (matches(text, at, pair.open())) {
                return pair;
            }
        }
        return null;
    }

    static @Nullable Pair closeAt(String text, int at) {
        for (Pair pair : PAIRS) {
            if (matches(text, at, pair.close())) {
                return pair;
            }
        }
        return null;
    }

    static boolean matches(String text, int at, String mark) {
        return text.regionMatches(true, at, mark, 0, mark.length());
    }

    /** The first of this mark from here on; -1 if there is none. */
    static int find(String text, String mark, int from) {
        for (int i = text.indexOf(mark.charAt(0), from); i >= 0; i = text.indexOf(mark.charAt(0), i + 1)) {
            if (matches(text, i, mark)) {
                return i;
            }
        }
        return -1;
    }

    /** Behind the last mark that ends a thought or opens the final channel; -1 if there is none. */
    static int endOfLast(String text) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (mayStartWith(text.charAt(i))) {
                Pair close = closeAt(text, i);
                if (close != null) {
                    return i + close.close().length();
                }
                if (isFinalChannel(text, i)) {
                    return endOfChannelHeader(text, i);
                }
            }
        }
        return -1;
    }

    static boolean isChannel(String text, int at) {
        return text.startsWith(CHANNEL, at);
    }

    /** The channel whose mark stands here holds the answer. */
    static boolean isFinalChannel(String text, int at) {
        int name = at + CHANNEL.length();
        return isChannel(text, at)
                && matches(text, Blanks.skip(text, name, Math.min(text.length(), name + 8)), "final");
    }

    static int endOfChannelHeader(String text, int at) {
        int nameAt = at + CHANNEL.length();
        int message = text.substring(nameAt, Math.min(text.length(), nameAt + MAX_CHANNEL_HEADER))
                .indexOf(MESSAGE);
        return message < 0 ? nameAt : nameAt + message + MESSAGE.length();
    }

    /** Where the message of a channel ends; -1 if the text ends first. */
    static int endOfMessage(String text, int from) {
        for (int i = text.indexOf("<|", from); i >= 0; i = text.indexOf("<|", i + 2)) {
            for (String mark : ENDS_OF_MESSAGE) {
                if (text.startsWith(mark, i)) {
                    return i;
                }
            }
        }
        return -1;
    }
}
