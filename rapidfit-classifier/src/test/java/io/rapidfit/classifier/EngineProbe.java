package io.rapidfit.classifier;

import io.rapidfit.data.Dataset;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What {@link SeparateJvmTest} runs with another class path. */
public final class EngineProbe {

    private EngineProbe() {}

    public static void main(String[] args) {
        ProxySelector.setDefault(new TellTale());
        switch (args[0]) {
            case "train" -> {
                train();
                train(); // the second time it is just as clear
            }
            case "predict" -> predict(Path.of(args[1]));
            case "resave" -> {
                try (MultiheadClassifier classifier = MultiheadClassifier.load(Path.of(args[1]))) {
                    classifier.save(Path.of(""));
                }
                predict(Path.of(""));
            }
            case "missing" ->
                Arrays.stream(args).skip(1).filter(name -> !isPresent(name)).forEach(System.out::println);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static boolean isPresent(String name) {
        try {
            Class.forName(name);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void train() {
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            classifier.train(Samples.fruitOrCar());
            System.out.println("trained " + classifier.tasks());
        } catch (Throwable e) {
            System.out.println(e.getClass().getName() + ": " + e.getMessage());
        }
    }

    private static void predict(Path model) {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(model)) {
            for (String text : Samples.texts(Samples.fruitOrCar())) {
                System.out.println(classifier.predictAll(text));
            }
            Dataset dataset = Samples.fruitOrCar();
            System.out.println("accuracy "
                    + classifier.analyze(dataset).tasks().get("thing").accuracy());
        }
    }

    /** Asked before any connection is made. */
    private static final class TellTale extends ProxySelector {
        @Override
        public List<Proxy> select(URI uri) {
            System.out.println("NETWORK " + uri);
            return List.of(Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException e) {}
    }
}
