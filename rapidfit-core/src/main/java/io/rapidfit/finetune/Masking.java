package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.check.PersonalData;
import io.rapidfit.check.PersonalDataKind;
import io.rapidfit.text.TextNormalizer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Masks personal data in a line. A string that is itself a JSON object or list, as completions often are, is masked string by
 * string, so that it stays one.
 */
final class Masking {

    private static final String COVER = "***";

    private final PersonalData personalData;

    Masking(PersonalData personalData) {
        this.personalData = personalData;
    }

    /** A copy with a placeholder for each find. */
    JsonNode mask(JsonNode node) {
        return mask("", node);
    }

    private JsonNode mask(String name, JsonNode node) {
        if (node.isTextual()) {
            return Json.NODES.textNode(mask(name, node.textValue()));
        }
        if (node.isObject()) {
            ObjectNode masked = Json.object();
            node.properties().forEach(member -> masked.set(member.getKey(), mask(member.getKey(), member.getValue())));
            return masked;
        }
        if (node.isArray()) {
            ArrayNode masked = Json.NODES.arrayNode();
            node.forEach(element -> masked.add(mask(name, element)));
            return masked;
        }
        return node;
    }

    /** @param name of the member that the text is in: what it is called says what it is */
    private String mask(String name, String text) {
        if (Json.container(text).isPresent()) {
            return personalData.maskJson(text);
        }
        String key = TextNormalizer.wellFormed(name); // as it is read back
        ObjectNode named = Json.object().put(key, text);
        return Json.parse(personalData.maskJson(Json.write(named))).path(key).textValue();
    }

    /** Finds what a {@link PersonalData} finds, counts it by kind, and covers it by stars. */
    static final class Finder {

        private final Map<PersonalDataKind, Integer> counts = new EnumMap<>(PersonalDataKind.class);
        private final Masking masking;

        Finder(PersonalData like) {
            PersonalData.Builder builder = PersonalData.builder()
                    .kinds(like.kinds().toArray(PersonalDataKind[]::new))
                    .placeholder(kind -> {
                        counts.merge(kind, 1, Integer::sum);
                        return COVER;
                    });
            like.regions().forEach(builder::region);
            this.masking = new Masking(builder.build());
        }

        /** The node without what was found. */
        JsonNode cover(JsonNode node) {
            return masking.mask(node);
        }

        /** The text without what was found. */
        String cover(String text) {
            return masking.mask("", text);
        }

        /** What was found since the last call, for people; empty if nothing was. */
        String found() {
            StringJoiner found = new StringJoiner(", ");
            counts.forEach((kind, count) ->
                    found.add(count + " " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
            counts.clear();
            return found.toString();
        }
    }
}
