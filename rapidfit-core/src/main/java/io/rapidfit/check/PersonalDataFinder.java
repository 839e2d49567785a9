package io.rapidfit.check;

/** Finds personal data of one kind or of a few. Takes time in proportion to the length of the text, whatever it says. */
interface PersonalDataFinder {

    @FunctionalInterface
    interface Sink {

        /** @param detail what it is more precisely; never a part of it */
        void found(PersonalDataKind kind, int start, int end, String detail);
    }

    /** What is found may overlap. */
    void find(FoldedText text, Sink sink);
}
