package io.rapidfit.check;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is a name even where it opens a sentence: words that were given, or that examples write as names within sentences and as
 * values of JSON, and never in lower case. Bounded, however many examples there are.
 */
final class KnownNames {

    /** Of names, and of other words. */
    private static final int MAX_WORDS = 100_000;

    /** A longer value is a title or a sentence. */
    private static final int MAX_VALUE_WORDS = 4;

    private final Set<String> names;
    private final Set<String> others;

    KnownNames() {
        this(new HashSet<>(), new HashSet<>());
    }

    private KnownNames(Set<String> names, Set<String> others) {
        this.names = names;
        this.others = others;
    }

    KnownNames copy() {
        return new KnownNames(new HashSet<>(names), new HashSet<>(others));
    }

    boolean has(String key) {
        return names.contains(key) && !others.contains(key);
    }

    /** Each word of it. */
    void add(String name) {
        WrittenWord.of(name).forEach(word -> word.parts().forEach(part -> names.add(WrittenWord.key(part))));
    }

    void learn(Example example) {
        if (example instanceof Conversation conversation) {
            conversation.messages().forEach(message -> {
                learn(message.text());
                message.toolCalls().forEach(call -> learn(call.arguments()));
            });
        } else {
            learn(example.text());
        }
    }

    private void learn(String text) {
        Evidence.forEachLeaf(text, (leaf, isValue) -> {
            List<WrittenWord> words = WrittenWord.of(leaf);
            boolean isName =
                    isValue && words.size() <= MAX_VALUE_WORDS && words.stream().allMatch(KnownNames::isName);
            words.forEach(word -> learn(word, isName));
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

    private void learn(WrittenWord word, boolean isName) {
        for (int part = 0; part < word.parts().size(); part++) {
            if (isName || word.isName(part)) {
                addTo(names, word.parts().get(part));
            } else if (!word.isCapitalised(part)) {
                addTo(others, word.parts().get(part));
            }
        }
    }

    private static void addTo(Set<String> words, String part) {
        if (words.size() < MAX_WORDS) {
            words.add(WrittenWord.key(part));
        }
    }
}
