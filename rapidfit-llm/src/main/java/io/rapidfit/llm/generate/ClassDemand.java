package io.rapidfit.llm.generate;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is wanted of one class, and how far the run is with it. */
final class ClassDemand {

    final String task;
    final String label;
    final int wanted;

    final List<Sample> kept = new ArrayList<>();
    final Map<Rejection, Integer> rejections = new EnumMap<>(Rejection.class);
    int calls;
    int failedCalls;

    ClassDemand(String task, String label, int wanted) {
        this.task = task;
        this.label = label;
        this.wanted = wanted;
    }

    int missing() {
        return wanted - kept.size();
    }

    void reject(Rejection reason) {
        rejections.merge(reason, 1, Integer::sum);
    }

    Shortfall shortfall(String reason) {
        return new Shortfall(task, label, wanted, kept.size(), calls, failedCalls, rejections, reason);
    }
}
