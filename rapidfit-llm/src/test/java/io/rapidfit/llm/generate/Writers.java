package io.rapidfit.llm.generate;

import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models that write what they are asked for. */
final class Writers {

    private static final Pattern COUNT = Pattern.compile("Write (\\d+) new texts");
    private static final Pattern ID = Pattern.compile("\"id\":\"(c\\d+)\"");

    private Writers() {}

    /** Answers both phases; no two texts are alike, and the same request always gets the same. */
    static ScriptedChatModel inventive() {
        return ScriptedChatModel.builder()
                .modelId("inventive")
                .when(Writers::asksForSamples, request -> ChatResponse.of(samples(request)))
                .when(request -> true, request -> ChatResponse.of(instructions(request)))
                .build();
    }

    static boolean asksForSamples(ChatRequest request) {
        return COUNT.matcher(ScriptedChatModel.lastUserMessage(request)).find();
    }

    static int count(ChatRequest request) {
        Matcher count = COUNT.matcher(ScriptedChatModel.lastUserMessage(request));
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    static String samples(ChatRequest request) {
        SplittableRandom random = new SplittableRandom(request.hash().hashCode());
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count(request); i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 8; word++) {
                for (int letter = 0; letter < 5; letter++) {
                    text.append((char) random.nextInt('a', 'z' + 1));
                }
                text.append(word == 7 ? "" : " ");
            }
            rows.add("{\"text\":\"" + text + "\"}");
        }
        return "{\"samples\":[" + String.join(",", rows) + "]}";
    }

    static String instructions(ChatRequest request) {
        List<String> rows = new ArrayList<>();
        Matcher ids = ID.matcher(ScriptedChatModel.lastUserMessage(request));
        while (ids.find()) {
            rows.add("{\"id\":\"" + ids.group(1)
                    + "\",\"languages\":[\"English 100%\"],\"style\":\"casual\",\"min_words\":3,\"max_words\":20,\"do\":[\"vary\"],"
                    + "\"confused_with\":[],\"differentiators\":[],\"emphasize\":[],\"avoid\":[]}");
        }
        return "{\"classes\":[" + String.join(",", rows) + "]}";
    }
}
