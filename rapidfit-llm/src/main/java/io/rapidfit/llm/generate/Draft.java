package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.llm.run.Ask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One example on its way through a {@link DataRefinementPipeline}. */
final class Draft {

    private final Example original;
    private final Standard standard;

    /** The original, or the last rewrite that was kept, with the findings on it. */
    private Example text;

    private Map<String, Finding> findings = Map.of();

    /** On the original. */
    private Map<String, Finding> before = Map.of();

    private final List<Rewrite> rewrites = new ArrayList<>();
    private String reason = "";
    private boolean open;

    /** Written and not graded yet. */
    private @Nullable Example candidate;

    private String changes = "";

    Draft(Example original, Standard standard) {
        this.original = original;
        this.text = original;
        this.standard = standard;
    }

    Example original() {
        return original;
    }

    Example text() {
        return text;
    }

    /** Whether it is to be rewritten. */
    boolean isOpen() {
        return open && candidate == null;
    }

    /** Nothing more is done about it. */
    void end(String why) {
        open = false;
        reason = why;
    }

    void graded(Map<String, Finding> given, Rewriter rewriter) {
        before = given;
        findings = given;
        List<Finding> errors = Standard.errors(given);
        if (!errors.isEmpty()) {
            end(Standard.describe(errors));
        } else if (!standard.isClean(given)) {
            open = rewriter.text(original).isPresent();
            reason = open ? Standard.describe(standard.shortfalls(given)) : rewriter.missingText(original);
        }
    }

    Ask ask(Rewriter rewriter, int round) {
        List<Rewriter.Criticism> criticism = standard.shortfalls(findings).stream()
                .map(finding -> new Rewriter.Criticism(finding.check(), finding.reason()))
                .toList();
        return rewriter.ask(text, round, criticism, attempts(rewriter));
    }

    /** Since a rewrite was kept: what was written for a text that is gone says nothing of this one. */
    private List<Rewriter.Attempt> attempts(Rewriter rewriter) {
        List<Rewriter.Attempt> attempts = new ArrayList<>();
        for (Rewrite rewrite : rewrites) {
            if (rewrite.kept()) {
                attempts.clear();
            } else {
                attempts.add(
                        new Rewriter.Attempt(rewriter.text(rewrite.example()).orElseThrow(), whatIsWrong(rewrite)));
            }
        }
        return attempts;
    }

    private String whatIsWrong(Rewrite rewrite) {
        List<Finding> shortfalls = standard.shortfalls(rewrite.findings());
        return shortfalls.isEmpty() ? rewrite.reason() : rewrite.reason() + "; " + Standard.describe(shortfalls);
    }

    void written(Rewriter.Written written, Rewriter rewriter) {
        Example example = written.example();
        if (example == null) {
            end("not rewritten: " + written.error());
        } else if (rewriter.saysTheSame(original, example)
                || rewrites.stream().anyMatch(earlier -> rewriter.saysTheSame(earlier.example(), example))) {
            end("not rewritten: the model wrote a text again that is not good enough");
        } else {
            candidate = example;
            changes = written.changes();
        }
    }

    boolean hasCandidate() {
        return candidate != null;
    }

    Example candidate() {
        return Require.nonNull("candidate", candidate);
    }

    /** Keeps the candidate or not. */
    void decide(Map<String, Finding> given) {
        Example rewrite = candidate();
        candidate = null;
        Standard.Decision decision = standard.compare(findings, given);
        rewrites.add(new Rewrite(rewrite, changes, given, decision.kept(), decision.reason()));
        reason = decision.reason();
        if (decision.kept()) {
            text = rewrite;
            findings = given;
        }
        open = Standard.errors(given).isEmpty() && !standard.isClean(findings);
    }

    RefinedExample result() {
        return new RefinedExample(original, before, rewrites, outcome(), reason);
    }

    private Outcome outcome() {
        if (Rewriter.isHeldOut(original)) {
            return Outcome.HELD_OUT;
        }
        if (!Standard.errors(before).isEmpty()) {
            return Outcome.UNGRADED;
        }
        boolean isRewritten = rewrites.stream().anyMatch(Rewrite::kept);
        if (standard.isClean(findings)) {
            return isRewritten ? Outcome.REFINED : Outcome.CLEAN;
        }
        return isRewritten ? Outcome.IMPROVED : Outcome.UNIMPROVED;
    }
}
