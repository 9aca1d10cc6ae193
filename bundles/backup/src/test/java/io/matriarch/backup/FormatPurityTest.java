package io.matriarch.backup;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.matriarch.backup.codec.Compression;
import java.time.Instant;

@AnalyzeClasses(packages = "io.matriarch.backup", importOptions = DoNotIncludeTests.class)
class FormatPurityTest {
    private static final String[] PURE = {
        "..backup.format..", "..backup.expire.core..", "..backup.restore.core.."
    };

    @ArchTest
    static final ArchRule formatsAndPlansKnowValuesOnly =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.util.concurrent..",
                            "io.matriarch.storage..",
                            "..backup.engine..",
                            "..backup.osgi..",
                            "..backup.repository..",
                            "..backup.wal..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Thread.class, java.time.Clock.class, java.io.File.class);

    @ArchTest
    static final ArchRule timeComesIn =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule formatsKnowNoPlans =
            noClasses()
                    .that()
                    .resideInAPackage("..backup.format..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("..backup.expire..", "..backup.restore..");

    /** The kinds of compression are values; what does it is not. */
    @ArchTest
    static final ArchRule formatsCompressNothing =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("..backup.codec..")
                                    .and(not(equivalentTo(Compression.class))));
}
