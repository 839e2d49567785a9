package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Splitter;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TextClassifier;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a service of yours is tested with a tiny model of its own; the README shows it. */
class TicketRouterTest {

    /** The service under test: it takes the interface, so that any classifier will do. */
    record TicketRouter(TextClassifier classifier) {

        String queueFor(String message) {
            Prediction topic = classifier.predict(message, "topic");
            return topic.confidence() < 0.7 ? "somebody" : topic.label();
        }
    }

    private static MultiheadClassifier classifier;

    @BeforeAll
    static void trainATinyModel() {
        Splitter learnFromAll =
                Splitter.builder().testFraction(0).validationFraction(0).build();
        classifier = MultiheadClassifier.builder().splitter(learnFromAll).build();
        classifier.train(Dataset.builder()
                .add("topic", "I was charged twice for one order", "billing")
                .add("topic", "Please refund my payment", "billing")
                .add("topic", "The invoice shows the wrong amount", "billing")
                .add("topic", "My parcel has not arrived yet", "delivery")
                .add("topic", "Where is my package?", "delivery")
                .add("topic", "The courier left the parcel outside", "delivery")
                .build());
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void queueFor_isTheTopic() {
        TicketRouter router = new TicketRouter(classifier);

        assertThat(router.queueFor("When will my parcel arrive?")).isEqualTo("delivery");
        assertThat(router.queueFor("You charged me twice!")).isEqualTo("billing");
    }

    @Test
    void queueFor_leavesToSomebodyWhatTheClassifierIsUnsureOf() {
        assertThat(new TicketRouter(classifier).queueFor("12345")).isEqualTo("somebody");
    }

    @Test
    void training_takesAMomentOnceTheEngineHasStarted() {
        classifier.close();
        long start = System.nanoTime();
        trainATinyModel();
        Duration training = Duration.ofNanos(System.nanoTime() - start);

        System.out.println("a tiny model was trained in " + training.toMillis() + " ms");
        assertThat(training).isLessThan(Duration.ofSeconds(5)); // under one, unless others need the cores
    }
}
