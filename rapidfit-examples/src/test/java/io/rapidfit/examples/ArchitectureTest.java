package io.rapidfit.examples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The four rules that keep the modules apart; this module is the one that sees them all. */
@AnalyzeClasses(packages = "io.rapidfit", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule classifierDoesNotSeeLlm = noClasses()
            .that()
            .resideInAPackage("io.rapidfit.classifier..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.rapidfit.llm..");

    @ArchTest
    static final ArchRule llmDoesNotSeeClassifier = noClasses()
            .that()
            .resideInAPackage("io.rapidfit.llm..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.rapidfit.classifier..");

    @ArchTest
    static final ArchRule onlyTorchTouchesDjl = noClasses()
            .that()
            .resideOutsideOfPackage("io.rapidfit.classifier.internal.torch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.rapidfit.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule publicSignaturesNameNoForeignLibrary = classes()
            .that()
            .resideOutsideOfPackages("..internal..", "io.rapidfit.examples..")
            .should(nameNo("com.fasterxml.jackson..", "okhttp3..", "ai.djl..", "org.apache.commons.math3.."));

    private static ArchCondition<JavaClass> nameNo(String... packages) {
        return new ArchCondition<>("name no class of " + String.join(", ", packages) + " in a public signature") {
            @Override
            public void check(JavaClass owner, ConditionEvents events) {
                if (!isReachable(owner)) {
                    return;
                }
                supertypes(owner)
                        .filter(resideInAnyPackage(packages))
                        .forEach(foreign -> events.add(SimpleConditionEvent.violated(
                                owner, owner.getFullName() + " extends or is bounded by " + foreign.getName())));
                owner.getMembers().stream()
                        .filter(ArchitectureTest::isVisible)
                        .forEach(member -> namedBy(member)
                                .filter(resideInAnyPackage(packages))
                                .forEach(foreign -> events.add(SimpleConditionEvent.violated(
                                        owner, member.getFullName() + " names " + foreign.getName()))));
            }
        };
    }

    private static Stream<JavaClass> supertypes(JavaClass owner) {
        return Stream.concat(
                Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream()),
                owner.getTypeParameters().stream()
                        .flatMap(parameter -> parameter.getUpperBounds().stream())
                        .flatMap(bound -> bound.getAllInvolvedRawTypes().stream()));
    }

    /** Public, and so is everything around it. */
    private static boolean isReachable(JavaClass owner) {
        return owner.getModifiers().contains(JavaModifier.PUBLIC)
                && owner.getEnclosingClass().map(ArchitectureTest::isReachable).orElse(true);
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    /** With type arguments, so that a list of foreign things is seen too. */
    private static Stream<JavaClass> namedBy(JavaMember member) {
        if (member instanceof JavaField field) {
            return field.getType().getAllInvolvedRawTypes().stream();
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        Set<JavaType> types = Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
                .collect(Collectors.toSet());
        return Stream.concat(
                types.stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                unit.getExceptionTypes().stream());
    }
}
