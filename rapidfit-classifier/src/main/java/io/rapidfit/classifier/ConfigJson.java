package io.rapidfit.classifier;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link MultiheadConfig} as JSON. */
final class ConfigJson {

    private static final String HUGGING_FACE = "huggingFace";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS) // "12" is no number, 1 is not true
            .defaultPropertyInclusion(JsonInclude.Value.construct(Include.NON_NULL, Include.ALWAYS))
            .addMixIn(Encoder.class, EncoderType.class)
            .addModule(
                    new SimpleModule() // a path as people write it; Jackson's own way is an absolute URI
                            .addSerializer(Path.class, ToStringSerializer.instance)
                            .addDeserializer(Path.class, new PathDeserializer()))
            .build();

    /** With the same line ends everywhere. */
    private static final DefaultPrettyPrinter PRINTER =
            new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

    /** Which encoder it is stands in its {@code type}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = NGramEncoder.class, name = "ngrams"),
        @JsonSubTypes.Type(value = HuggingFaceEncoder.class, name = HUGGING_FACE)
    })
    private interface EncoderType {}

    private static final class PathDeserializer extends FromStringDeserializer<Path> {

        private static final long serialVersionUID = 1L;

        PathDeserializer() {
            super(Path.class);
        }

        @Override
        protected Path _deserialize(String value, DeserializationContext context) {
            return Path.of(value);
        }
    }

    private ConfigJson() {}

    static String write(MultiheadConfig config) {
        if (config.encoder() instanceof EmbeddingEncoder embedding) {
            throw new IllegalStateException(
                    ("the function of embedding '%s' cannot be written: write withEncoder(Encoders.ngrams()), and set the"
                                    + " encoder of the classifier's builder after its config")
                            .formatted(embedding.name()));
        }
        try {
            return MAPPER.writer(PRINTER).writeValueAsString(config);
        } catch (JacksonException e) {
            throw new AssertionError("records of numbers, names and truth values can be written", e);
        }
    }

    static MultiheadConfig read(String json) {
        try {
            JsonNode given = MAPPER.readTree(json);
            if (!given.isObject()) {
                throw new IllegalArgumentException("not a JSON object");
            }
            ObjectNode whole = MAPPER.valueToTree(defaults(given));
            if (whole.get("encoder") instanceof ObjectNode encoder) {
                encoder.remove(List.of("name", "directory")); // of which there is no default
            }
            merge(whole, (ObjectNode) given);
            return MAPPER.treeToValue(whole, MultiheadConfig.class);
        } catch (JsonMappingException e) {
            String where = e.getPath().stream().map(r -> "" + r.getFieldName()).collect(Collectors.joining("."));
            // A record's own refusal says more than that it cannot be constructed.
            String what = e.getCause() instanceof IllegalArgumentException refusal
                    ? String.valueOf(refusal.getMessage())
                    : e.getOriginalMessage();
            throw new IllegalArgumentException((where.isEmpty() ? "" : where + ": ") + what, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** With the kind of encoder that is given. */
    private static MultiheadConfig defaults(JsonNode given) {
        JsonNode encoder = given.path("encoder");
        if (!encoder.path("type").asText().equals(HUGGING_FACE)) {
            return MultiheadConfig.defaults();
        }
        HuggingFaceEncoder some =
                encoder.has("name") ? Encoders.huggingFace("any") : Encoders.huggingFace(Path.of("any"));
        return MultiheadConfig.defaults()
                .withEncoder(encoder.has("fineTuning") ? some.withFineTuning(FineTuning.defaults()) : some);
    }

    private static void merge(ObjectNode target, ObjectNode given) {
        for (Map.Entry<String, JsonNode> property : given.properties()) {
            if (target.get(property.getKey()) instanceof ObjectNode below
                    && property.getValue() instanceof ObjectNode node) {
                merge(below, node);
            } else {
                target.set(property.getKey(), property.getValue());
            }
        }
    }
}
