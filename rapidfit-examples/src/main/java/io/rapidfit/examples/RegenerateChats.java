package io.rapidfit.examples;

import io.rapidfit.check.Template;
import io.rapidfit.check.TemplateReport;
import io.rapidfit.check.Templates;
import io.rapidfit.data.DataFormatException;
import io.rapidfit.data.ExampleFile;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.generate.LLMRegenerator;
import io.rapidfit.llm.generate.RegeneratedFile;
import io.rapidfit.llm.generate.RegenerationForecast;
import io.rapidfit.llm.generate.RegenerationProgress;
import io.rapidfit.llm.generate.RegenerationResult;
import io.rapidfit.llm.generate.StyleCorpus;
import io.rapidfit.llm.provider.AnthropicChatModel;
import io.rapidfit.llm.provider.GeminiChatModel;
import io.rapidfit.llm.provider.OpenAIChatModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the templates that a file of chats would teach a model, and has a model write all but a few of these answers anew.
 *
 * <p>Without {@code --input} it takes {@link WeatherChats}, and unless {@code --model} names one, a script stands in for a model.
 * Others are OpenAI's, or those at {@code OPENAI_BASE_URL}; names that begin with {@code claude} are Anthropic's, and with {@code
 * gemini} Google's. They are asked only after a forecast and a question, which {@code --yes} answers. A run that breaks off goes on
 * where it was if it is started again.
 */
public final class RegenerateChats {

    private static final String SCRIPT = "script";
    private static final int SHOWN = 6;

    /** Of which so many are rewritten, unless hardly any is. */
    private static final int DRAWN = 100;

    private static final Set<String> VALUES = Set.of("--input", "--output", "--corpus", "--max-templates", "--model");

    /**
     * @param corpus a directory with a file for each persona; null for none
     * @param isDemo whether the chats are {@link WeatherChats}
     */
    private record Options(
            Path input,
            Path output,
            @Nullable Path corpus,
            int maxTemplates,
            String model,
            boolean yes,
            boolean isDemo) {}

    private RegenerateChats() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            run(List.of(args), System.getenv(), Files.createTempDirectory("rapidfit-regenerate"), in, out);
        } catch (IllegalArgumentException
                | IllegalStateException
                | DataFormatException
                | LLMException e) { // options, data or model, not the program
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /**
     * The whole program; null where nothing was to be spent.
     *
     * @param work a directory for the file of the demo
     * @param in where the question is answered; its end is a no
     */
    static @Nullable RegenerationResult run(
            List<String> args, Map<String, String> environment, Path work, BufferedReader in, PrintStream out)
            throws IOException {
        Options options = options(args, work);
        boolean isScript = options.model().equals(SCRIPT);
        LLMRegenerator regenerator =
                regenerator(options, isScript ? new WeatherWriter() : model(options.model(), environment), out);

        title("1. What there is, and what rewriting it takes", out);
        RegenerationForecast forecast = regenerator.forecast(options.input());
        forecast.display(out);
        if (isScript) {
            out.printf(
                    "%nNo model is called: a script writes. It is priced as gpt-4.1-nano is, to show what one takes.%n");
        } else if (!options.yes() && !agreed(in, out)) {
            out.println("Nothing was asked, and nothing spent. Without --model the demo runs on a script.");
            return null;
        }

        title("2. Rewrite all but " + options.maxTemplates() + " of each template", out);
        RegenerationResult result = regenerator.regenerate(options.input(), options.output());
        out.println();
        result.display(out);
        if (!result.isComplete()) {
            return result;
        }

        title("3. Did it help?", out);
        compare(forecast, options, out);

        title("4. Read some of them", out);
        show(result.files().get(0), out);
        out.println("All are in " + options.output());
        return result;
    }

    private static LLMRegenerator regenerator(Options options, ChatModel model, PrintStream out) {
        LLMRegenerator.Builder builder = LLMRegenerator.builder()
                .chatModel(model)
                .templates(templates(options))
                .maxPerTemplate(options.maxTemplates())
                .budget(Budget.builder()
                        .pricing(Pricing.builtIn().with(SCRIPT, 0.10, 0.025, 0.40))
                        .build())
                .onProgress(progress -> print(progress, out));
        if (options.corpus() != null) {
            builder.corpus(StyleCorpus.builder().directory(options.corpus()).build());
        }
        if (options.isDemo()) {
            WeatherChats.PERSONAS.forEach(builder::persona);
        }
        return builder.build();
    }

    /** The phrases that somebody noticed, and what else there is. */
    private static Templates templates(Options options) {
        Templates.Builder templates = Templates.builder();
        if (options.isDemo()) {
            WeatherChats.PHRASES.forEach(templates::phrase);
        }
        return templates.build();
    }

    private static void print(RegenerationProgress progress, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "  %d of %d%s%s%s%n",
                progress.done(),
                progress.total(),
                progress.failed() > 0 ? ", " + progress.failed() + " given up" : "",
                progress.usage().cost().isPresent()
                        ? String.format(
                                Locale.ROOT, ", $%.4f", progress.usage().cost().getAsDouble())
                        : "",
                progress.timeLeft()
                        .map(left -> ", " + left.toSeconds() + " s left")
                        .orElse(""));
    }

    private static boolean agreed(BufferedReader in, PrintStream out) throws IOException {
        out.printf("%nGo on? [y/N] ");
        out.flush();
        String answer = in.readLine();
        out.println();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** The shares before and after, of the templates that were known and of what else the new answers may share by now. */
    private static void compare(RegenerationForecast forecast, Options options, PrintStream out) {
        Templates.Builder templates = Templates.builder();
        forecast.templates().forEach(template -> templates.phrase(template.form()));
        Templates knownOrNew = templates.build();
        TemplateReport after = knownOrNew.find(responses(options.output()));
        out.printf(
                Locale.ROOT,
                "Before, %.1f%% of the answers followed a template. Now it is %.1f%%.%n",
                100 * knownOrNew.find(responses(options.input())).share(),
                100 * after.share());
        List<Template> mined = after.templates().stream()
                .filter(template -> template.source() == Template.Source.MINED)
                .toList();
        out.println(
                mined.isEmpty()
                        ? "Mined anew, they share no template that was not there before."
                        : "Mined anew, they share templates that were not there before: " + mined);
    }

    private static List<String> responses(Path file) {
        List<String> responses = new ArrayList<>();
        ExampleFile.conversations(file).forEach(chat -> chat.response().ifPresent(responses::add));
        return responses;
    }

    /** Some that were rewritten. */
    private static void show(RegeneratedFile file, PrintStream out) {
        Objects.requireNonNull(file.diversity()).sample(DRAWN, 42).stream()
                .filter(pair -> !pair.before().text().equals(pair.after().text()))
                .limit(SHOWN)
                .forEach(pair -> {
                    out.printf("%s%n", pair.after().group());
                    out.printf("  before: %s%n", indented(pair.before().text()));
                    out.printf("  after:  %s%n%n", indented(pair.after().text()));
                });
    }

    private static String indented(String text) {
        return text.replace("\n", "\n          ");
    }

    private static void title(String title, PrintStream out) {
        out.printf("%n%s%n%s%n%n", title, "-".repeat(title.length()));
    }

    private static Options options(List<String> args, Path work) throws IOException {
        Map<String, String> given = new HashMap<>();
        boolean yes = false;
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (arg.equals("--yes")) {
                yes = true;
            } else if (!VALUES.contains(arg)) {
                throw new IllegalArgumentException("unknown option '" + arg + "'" + usage());
            } else if (i + 1 == args.size() || args.get(i + 1).startsWith("--")) {
                throw new IllegalArgumentException(arg + " needs a value" + usage());
            } else {
                given.put(arg, args.get(++i));
            }
        }
        int maxTemplates = maxTemplates(given.getOrDefault("--max-templates", "2"));
        String corpus = given.get("--corpus");
        if (corpus != null && !Files.isDirectory(Path.of(corpus))) {
            throw new IllegalArgumentException("--corpus: there is no directory " + corpus
                    + ". It holds a text for each persona, such as poet.txt");
        }
        boolean isDemo = !given.containsKey("--input");
        Path input = isDemo ? WeatherChats.write(work.resolve("weather.jsonl")) : Path.of(given.get("--input"));
        if (!Files.isRegularFile(input)) {
            throw new IllegalArgumentException(
                    "--input: there is no file " + input + ". Name a file of chats, or leave it out to see the demo");
        }
        String output = given.get("--output");
        return new Options(
                input,
                output == null ? diverse(input) : Path.of(output),
                corpus != null ? Path.of(corpus) : isDemo ? WeatherChats.copyCorpusTo(work.resolve("corpus")) : null,
                maxTemplates,
                given.getOrDefault("--model", SCRIPT),
                yes,
                isDemo);
    }

    private static int maxTemplates(String given) {
        try {
            int number = Integer.parseInt(given);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("--max-templates must be a number, at least 0, but was '" + given + "'");
    }

    /** Beside the input. */
    private static Path diverse(Path input) {
        String name = String.valueOf(input.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot < 1 ? name : name.substring(0, dot);
        return input.resolveSibling(stem + "-diverse" + name.substring(stem.length()));
    }

    private static String usage() {
        return "; usage: RegenerateChats [--input FILE] [--output FILE] [--corpus DIRECTORY] [--max-templates N]"
                + " [--model NAME] [--yes]";
    }

    private static ChatModel model(String name, Map<String, String> environment) {
        if (name.startsWith("claude")) {
            return AnthropicChatModel.builder()
                    .apiKey(key("ANTHROPIC_API_KEY", name, environment))
                    .modelId(name)
                    .build();
        }
        if (name.startsWith("gemini")) {
            return GeminiChatModel.builder()
                    .apiKey(key("GEMINI_API_KEY", name, environment))
                    .modelId(name)
                    .build();
        }
        OpenAIChatModel.Builder builder = OpenAIChatModel.builder().modelId(name);
        String baseUrl = environment.getOrDefault("OPENAI_BASE_URL", "");
        if (!baseUrl.isBlank()) {
            builder.baseUrl(baseUrl);
        }
        if (baseUrl.isBlank() || environment.containsKey("OPENAI_API_KEY")) { // a server of one's own may ask for none
            builder.apiKey(key("OPENAI_API_KEY", name, environment));
        }
        return builder.build();
    }

    private static String key(String variable, String model, Map<String, String> environment) {
        String key = environment.getOrDefault(variable, "");
        if (key.isBlank()) {
            throw new IllegalArgumentException("--model %s needs a key: set %s, or leave --model out to run on a script"
                    .formatted(model, variable));
        }
        return key;
    }
}
