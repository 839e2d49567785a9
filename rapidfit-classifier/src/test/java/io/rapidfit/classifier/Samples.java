package io.rapidfit.classifier;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import java.util.ArrayList;
import java.util.List;

/** Small datasets, the same in every run. */
final class Samples {

    /** Leaves everything in TRAIN. */
    static final Splitter NO_SPLIT =
            Splitter.builder().testFraction(0).validationFraction(0).build();

    private static final String[][] TOPICS = {
        {"the invoice is wrong", "I was charged twice", "please refund my payment", "the bill shows another price"},
        {"my parcel has not arrived", "the courier left it outside", "where is the package", "delivery took three weeks"
        },
        {"I forgot my password", "the login page rejects me", "change my email address", "my account is locked"},
    };
    private static final String[] TOPIC_LABELS = {"billing", "delivery", "account"};

    private static final String[][] URGENCIES = {
        {"this must be solved today", "it is urgent", "answer immediately"},
        {"take your time", "no hurry at all", "whenever you can"},
    };
    private static final String[] URGENCY_LABELS = {"high", "low"};

    private static final String[][] SENTIMENTS = {
        {
            "thanks, you are great",
            "I love your shop \ud83d\ude00",
            "\u0634\u0643\u0631\u0627 \u062c\u0632\u064a\u0644\u0627"
        },
        {"I am very angry", "this is terrible", "worst shop ever!!"},
    };
    private static final String[] SENTIMENT_LABELS = {"positive", "negative"};

    private Samples() {}

    /** 72 texts, each with a label for topic, urgency and sentiment; no splits. */
    static Dataset threeTasks() {
        Dataset.Builder samples = Dataset.builder();
        for (int topic = 0; topic < 3; topic++) {
            for (int phrase = 0; phrase < 4; phrase++) {
                for (int mood = 0; mood < 6; mood++) {
                    int urgency = mood % 2;
                    int sentiment = mood / 2 % 2;
                    String text = TOPICS[topic][phrase] + ". " + URGENCIES[urgency][(phrase + mood) % 3] + "; "
                            + SENTIMENTS[sentiment][(phrase + mood + topic) % 3];
                    samples.add("topic", text, TOPIC_LABELS[topic])
                            .add("urgency", text, URGENCY_LABELS[urgency])
                            .add("sentiment", text, SENTIMENT_LABELS[sentiment]);
                }
            }
        }
        return samples.build();
    }

    /** 24 texts of one task with two labels. */
    static Dataset fruitOrCar() {
        String[] fruit = {"apple", "pear", "plum", "cherry", "lemon", "mango"};
        String[] car = {"engine", "brake", "wheel", "clutch", "bumper", "gearbox"};
        Dataset.Builder samples = Dataset.builder();
        for (int i = 0; i < 6; i++) {
            samples.add("thing", "a ripe " + fruit[i], "fruit")
                    .add("thing", "a sweet " + fruit[i] + " to eat", "fruit")
                    .add("thing", "a broken " + car[i], "car")
                    .add("thing", "the " + car[i] + " needs repair", "car");
        }
        return samples.build();
    }

    /** A classifier that learns the datasets above in a fraction of a second. */
    static MultiheadClassifier.Builder quick() {
        return MultiheadClassifier.builder()
                .encoder(Encoders.ngrams().withDimension(16))
                .epochs(15)
                .batchSize(8)
                .learningRate(0.02);
    }

    /** The same, trained on all of {@link #fruitOrCar}. */
    static MultiheadClassifier fruitClassifier() {
        MultiheadClassifier classifier = quick().splitter(NO_SPLIT).build();
        classifier.train(fruitOrCar());
        return classifier;
    }

    static List<String> texts(Dataset dataset) {
        return dataset.samples().stream().map(Sample::text).distinct().toList();
    }

    static Sample synthetic(String task, String text, String label, Sample... parents) {
        List<String> ids = new ArrayList<>();
        for (Sample parent : parents) {
            ids.add(parent.id());
        }
        return Sample.of(task, text, label).withOrigin(Origin.synthetic("test").withParents(ids));
    }
}
