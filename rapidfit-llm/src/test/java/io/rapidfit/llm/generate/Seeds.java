package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small datasets; no two texts of them are alike. */
final class Seeds {

    private Seeds() {}

    static Sample train(String task, String text, String label) {
        return Sample.of(task, text, label).withSplit(Split.TRAIN);
    }

    /** One class of one task: whatever is written is for it. */
    static Dataset oneClass(String... texts) {
        List<Sample> samples = new ArrayList<>();
        for (String text : texts) {
            samples.add(train("topic", text, "billing"));
        }
        return Dataset.of(samples);
    }

    static Dataset oneClass() {
        return oneClass("why was I charged twice this month");
    }

    /** Two classes, two training samples each. */
    static Dataset twoClasses() {
        return Dataset.of(List.of(
                train("topic", "why was I charged twice this month", "billing"),
                train("topic", "the invoice shows a wrong amount", "billing"),
                train("topic", "my parcel never came to the door", "delivery"),
                train("topic", "how long does shipping usually take", "delivery")));
    }

    /** Two tasks, each with a validation and a test sample as well. */
    static Dataset twoTasks() {
        return Dataset.of(List.of(
                train("topic", "why was I charged twice this month", "billing"),
                train("topic", "my parcel never came to the door", "delivery"),
                Sample.of("topic", "how do I get my money back", "billing").withSplit(Split.VALIDATION),
                Sample.of("topic", "the courier left it with a neighbour", "delivery")
                        .withSplit(Split.TEST),
                train("mood", "I am so glad this worked out", "happy"),
                train("mood", "this made me really furious", "angry"),
                Sample.of("mood", "could not be better today", "happy").withSplit(Split.TEST)));
    }

    /** Eight training texts a class: so many that no two prompts show the same in the same order. */
    static Dataset plenty(String task, String... labels) {
        List<Sample> samples = new ArrayList<>();
        for (String label : labels) {
            for (int i = 0; i < 8; i++) {
                samples.add(train(task, words(31L * (task + label).hashCode() + i), label));
            }
        }
        return Dataset.of(samples);
    }

    /** Ten texts a label, without splits. */
    static Dataset unsplit() {
        Dataset.Builder dataset = Dataset.builder();
        for (String label : List.of("billing", "delivery")) {
            for (int i = 0; i < 10; i++) {
                dataset.add("topic", words(label.hashCode() + i), label);
            }
        }
        return dataset.build();
    }

    /** Always the same for a number, and like no other. */
    static String words(long number) {
        SplittableRandom random = new SplittableRandom(number);
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < 6; word++) {
            for (int letter = 0; letter < 6; letter++) {
                text.append((char) random.nextInt('a', 'z' + 1));
            }
            text.append(word == 5 ? "" : " ");
        }
        return text.toString();
    }
}
