package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenizer.json} of Hugging Face's tokenizers library, as far as its ids go: WordPiece, BPE and WordLevel map
 * tokens to ids, Unigram lists them, and further tokens were added to any of them.
 */
final class TokenizerFile {

    private TokenizerFile() {}

    /** @throws BadModelFile if it gives a token an id that the table of embeddings has no row for */
    static void check(JsonObject json, Path file, int vocabularySize) throws BadModelFile {
        Object vocabulary = json.mapOrEmpty("model").get("vocab");
        if (vocabulary instanceof Map<?, ?> ids) {
            for (Map.Entry<?, ?> token : ids.entrySet()) {
                checkId(token.getKey(), token.getValue(), vocabularySize, file);
            }
        } else if (vocabulary instanceof List<?> tokens && !tokens.isEmpty()) {
            checkId("the last of " + tokens.size(), tokens.size() - 1, vocabularySize, file);
        } else {
            throw BadModelFile.damaged(file, "\"model\": \"vocab\" is neither an object nor a list of tokens");
        }
        if (json.has("added_tokens")) {
            for (JsonObject token : json.objects("added_tokens")) {
                checkId(token.string("content"), token.integer("id"), vocabularySize, file);
            }
        }
        if (json.has("post_processor")) {
            checkProcessor(json.object("post_processor"), file, vocabularySize);
        }
    }

    /**
     * What stands before and after every text: a template names its tokens and their ids, the processors of BERT and RoBERTa
     * have one at each end, and a sequence has any of them.
     */
    private static void checkProcessor(JsonObject json, Path file, int vocabularySize) throws BadModelFile {
        for (Object token : json.mapOrEmpty("special_tokens").values()) {
            if (!(token instanceof Map<?, ?> template && template.get("ids") instanceof List<?> ids)) {
                throw BadModelFile.damaged(
                        file, "\"special_tokens\" of \"post_processor\" has a token without \"ids\"");
            }
            for (Object id : ids) {
                checkId(String.valueOf(template.get("id")), id, vocabularySize, file);
            }
        }
        for (String end : List.of("cls", "sep")) {
            if (json.has(end)) {
                List<?> token = json.elements(end);
                if (token.size() != 2) {
                    throw BadModelFile.damaged(file, "\"%s\" of \"post_processor\" is no token and id".formatted(end));
                }
                checkId(token.get(0), token.get(1), vocabularySize, file);
            }
        }
        if (json.has("processors")) {
            for (JsonObject processor : json.objects("processors")) {
                checkProcessor(processor, file, vocabularySize);
            }
        }
    }

    private static void checkId(@Nullable Object token, @Nullable Object id, int vocabularySize, Path file)
            throws BadModelFile {
        if (!(id instanceof Integer number && number >= 0 && number < vocabularySize)) {
            throw new BadModelFile(
                    file,
                    "does not belong to this encoder: token '%s' has id %s, but vocab_size is %s"
                            .formatted(token, id, vocabularySize));
        }
    }
}
