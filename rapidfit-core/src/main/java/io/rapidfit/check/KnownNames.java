package io.rapidfit.check;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is a name even where it opens a sentence: words that were given, or that examples write as names, within sentences and as
 * values of JSON, more often than in lower case. Users write names in lower case too, and calls of tools repeat what they wrote:
 * only the capitals of these count. Bounded, however many examples there are.
 */
final class KnownNames {

    /** Of learnt names, and of other words. */
    private static final int MAX_WORDS = 100_000;

    /** A longer value is a title or a sentence. */
    private static final int MAX_VALUE_WORDS = 4;

    private final Set<String> given;
    private final Map<String, Integer> names; // how often written as such
    private final Map<String, Integer> others;

    KnownNames() {
        this(new HashSet<>(), new HashMap<>(), new HashMap<>());
    }

    private KnownNames(Set<String> given, Map<String, Integer> names, Map<String, Integer> others) {
        this.given = given;
        this.names = names;
        this.others = others;
    }

    KnownNames copy() {
        return new KnownNames(new HashSet<>(given), new HashMap<>(names), new HashMap<>(others));
    }

    boolean has(String key) {
        return given.contains(key) || names.getOrDefault(key, 0) > others.getOrDefault(key, 0);
    }

    /** Each word of it. */
    void add(String name) {
        WrittenWord.of(name).forEach(word -> word.parts().forEach(part -> given.add(WrittenWord.key(part))));
    }

    void learn(Example example) {
        if (example instanceof Conversation conversation) {
            conversation.messages().forEach(message -> {
                learn(message.text(), !message.role().equals("user"));
                message.toolCalls().forEach(call -> learn(call.arguments(), false));
            });
        } else {
            learn(example.text(), true);
        }
    }

    private void learn(String text, boolean isCareful) {
        Evidence.forEachLeaf(text, (leaf, isValue) -> {
            List<WrittenWord> words = WrittenWord.of(leaf);
            boolean isName =
                    isValue && words.size() <= MAX_VALUE_WORDS && words.stream().allMatch(KnownNames::isName);
            words.forEach(word -> learn(word, isName, isCareful));
        });
    }

    private static boolean isName(WrittenWord word) {
        for (int part = 0; part < word.parts().size(); part++) {
            if (!word.isCapitalised(part)) {
                return false;
            }
        }
        return true;
    }

    private void learn(WrittenWord word, boolean isName, boolean isCareful) {
        for (int part = 0; part < word.parts().size(); part++) {
            if (isName || word.isName(part)) {
                count(names, word.parts().get(part));
            } else if (isCareful && !word.isCapitalised(part)) {
                count(others, word.parts().get(part));
            }
        }
    }

    private static void count(Map<String, Integer> words, String part) {
        String key = WrittenWord.key(part);
        if (words.size() < MAX_WORDS || words.containsKey(key)) {
            words.merge(key, 1, Integer::sum);
        }
    }
}
