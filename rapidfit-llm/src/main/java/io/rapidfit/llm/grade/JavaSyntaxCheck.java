package io.rapidfit.llm.grade;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Checks the syntax of Java with the compiler of the JDK that runs the program, in its version of the language.
 *
 * <p>The response, or each block that Markdown fences as {@code java}, passes with 1 or fails with 0; the reason and the metadata
 * {@code line} say where. It may be a whole file, members of a class, or statements, the latter two after imports. It is parsed and
 * nothing else: names and types are not looked up, no class is loaded, no annotation processor runs and no file is read or
 * written. Without a compiler, which a JRE does not have, the finding is an ERROR that says so. Immutable and thread-safe.
 */
public final class JavaSyntaxCheck extends SyntaxCheck {

    private static final String NO_COMPILER =
            "no Java compiler: run the program with a JDK, or a runtime that has the module jdk.compiler";

    private static final Pattern IMPORT = Pattern.compile("(?:package|import)\\s[^;{}]*;");

    private final Supplier<@Nullable JavaCompiler> compiler;

    private JavaSyntaxCheck(Builder builder) {
        super(builder);
        this.compiler = builder.compiler;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How a snippet may become a file: what is put before it on its own first line, and after it. */
    private enum Wrapping {
        FILE("", ""),
        MEMBERS("class Snippet {", "\n}"),
        STATEMENTS("class Snippet { void snippet() throws Exception {", "\n}}");

        private final String before;
        private final String after;

        Wrapping(String before, String after) {
            this.before = before;
            this.after = after;
        }

        String around(String imports, String code) {
            return imports + before + code + after;
        }

        /** Whether the code stayed within the wrapping: it could close it and open another. */
        boolean holds(CompilationUnitTree unit) {
            if (this == FILE) {
                return true;
            }
            List<? extends Tree> types = unit.getTypeDecls();
            return types.size() == 1
                    && (this == MEMBERS
                            || ((ClassTree) types.get(0)).getMembers().size() == 1);
        }
    }

    /** @param position of the first error; as far as the code if there is none but it left its wrapping */
    private record Attempt(long position, SyntaxError error) {}

    @Override
    Optional<SyntaxError> firstError(String code) throws UnjudgeableException {
        JavaCompiler java = compiler.get();
        if (java == null) {
            throw new UnjudgeableException(NO_COMPILER);
        }
        int start = endOfImports(code);
        Attempt best = null;
        for (Wrapping wrapping : Wrapping.values()) {
            String source = wrapping.around(code.substring(0, start), code.substring(start));
            Attempt attempt = parse(java, source, wrapping);
            if (attempt == null) {
                return Optional.empty();
            }
            long understood = attempt.position() - wrapping.before.length();
            if (best == null || understood > best.position()) { // what got furthest is what was meant
                best = new Attempt(understood, attempt.error());
            }
        }
        return best == null ? Optional.empty() : Optional.of(best.error());
    }

    /** Where the last of the imports at the start ends, with what stands before and between them. */
    private static int endOfImports(String code) {
        Matcher next = IMPORT.matcher(code);
        int end = 0;
        while (next.region(afterComments(code, end), code.length()).lookingAt()) {
            end = next.end();
        }
        return end;
    }

    /** By hand: an expression for comments of any number needs a stack as deep. */
    private static int afterComments(String code, int from) {
        int at = from;
        while (at < code.length()) {
            int end;
            if (Character.isWhitespace(code.charAt(at))) {
                end = at + 1;
            } else if (code.startsWith("//", at)) {
                end = code.indexOf('\n', at) + 1;
            } else if (code.startsWith("/*", at)) {
                end = code.indexOf("*/", at + 2) + 2;
            } else {
                return at;
            }
            if (end <= at) { // a comment to the end of the code, or one that is not closed
                return code.length();
            }
            at = end;
        }
        return at;
    }

    /** Null if there is no error. */
    private static @Nullable Attempt parse(JavaCompiler java, String source, Wrapping wrapping)
            throws UnjudgeableException {
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        JavaCompiler.CompilationTask task = java.getTask(
                Writer.nullWriter(), null, found, List.of("-proc:none", "-implicit:none"), null, List.of(file(source)));
        if (!(task instanceof JavacTask javac)) {
            throw new UnjudgeableException(NO_COMPILER);
        }
        try {
            CompilationUnitTree unit = javac.parse().iterator().next();
            for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
                if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                    return new Attempt(
                            diagnostic.getPosition(),
                            new SyntaxError(diagnostic.getLineNumber(), diagnostic.getMessage(Locale.ROOT)));
                }
            }
            if (isEmpty(unit)) {
                throw new UnjudgeableException("it has comments only");
            }
            return wrapping.holds(unit) ? null : new Attempt(0, new SyntaxError(1, "unbalanced braces"));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string is read
        } catch (StackOverflowError | IllegalStateException e) { // the compiler wraps the one into the other
            throw new UnjudgeableException("the compiler gave up, as it does where code is nested too deep");
        }
    }

    /** Comments alone. */
    private static boolean isEmpty(CompilationUnitTree unit) {
        return unit.getTypeDecls().isEmpty()
                && unit.getImports().isEmpty()
                && unit.getPackage() == null
                && unit.getModule() == null;
    }

    private static JavaFileObject file(String source) {
        return new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    /** Not thread-safe. */
    public static final class Builder extends CodeCheck.Builder<Builder> {

        /** For tests: a JDK cannot hide its compiler. */
        Supplier<@Nullable JavaCompiler> compiler = ToolProvider::getSystemJavaCompiler;

        private Builder() {
            super("java-syntax", "java");
        }

        @Override
        Builder self() {
            return this;
        }

        public JavaSyntaxCheck build() {
            return new JavaSyntaxCheck(this);
        }
    }
}
