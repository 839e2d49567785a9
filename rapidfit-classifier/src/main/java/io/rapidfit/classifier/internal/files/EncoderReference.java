package io.rapidfit.classifier.internal.files;

/**
 * Which pretrained encoder makes the vectors of a model, as its manifest says.
 *
 * @param dimension of its vectors
 * @param maxLength how many tokens of a text count, as it was asked for
 * @param pooling how tokens become a vector
 * @param sha256 of all of its files
 */
public record EncoderReference(Place place, int dimension, int maxLength, String pooling, String sha256) {

    /** Where its files are. */
    public sealed interface Place {}

    /** On the hub, or in its cache. */
    public record OnHub(String name, String commit) implements Place {
        @Override
        public String toString() {
            return name + "@" + commit;
        }
    }

    /** @param path absolute, as the system that wrote it has them */
    public record InDirectory(String path) implements Place {
        @Override
        public String toString() {
            return path;
        }
    }

    /** @param directory in the model's own, by its name */
    public record InModel(String directory) implements Place {
        @Override
        public String toString() {
            return directory;
        }
    }

    public EncoderReference withSha256(String newSha256) {
        return new EncoderReference(place, dimension, maxLength, pooling, newSha256);
    }

    public EncoderReference at(Place newPlace) {
        return new EncoderReference(newPlace, dimension, maxLength, pooling, sha256);
    }
}
