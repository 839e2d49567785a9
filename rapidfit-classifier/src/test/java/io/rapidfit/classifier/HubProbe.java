package io.rapidfit.classifier;

import java.nio.file.Path;
import java.util.TreeSet;

/** What {@link HuggingFaceHubTest} runs, since the hub's environment variables are a process's own. */
public final class HubProbe {

    private HubProbe() {}

    public static void main(String[] args) {
        Path model = Path.of(args[1]);
        try {
            if (args[0].equals("train")) {
                train(model);
            }
            try (MultiheadClassifier classifier = MultiheadClassifier.load(model)) {
                System.out.println(classifier.predict("the film is good", "mood"));
            }
        } catch (EncoderUnavailableException e) {
            System.out.println(e.getMessage());
        }
    }

    private static void train(Path model) {
        TreeSet<String> downloads = new TreeSet<>();
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .encoder(Encoders.huggingFace("org/model"))
                .epochs(5)
                .onDownload(progress -> {
                    if (progress.done() == progress.total()) {
                        downloads.add(progress.file());
                    }
                })
                .build()) {
            classifier.train(TinyEncoder.moods(20));
            classifier.save(model);
            System.out.println(downloads);
            System.out.println(classifier.predict("the film is good", "mood"));
        }
    }
}
