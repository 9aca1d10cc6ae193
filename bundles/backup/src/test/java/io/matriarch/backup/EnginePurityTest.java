package io.matriarch.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.matriarch.backup",
        importOptions = ImportOption.DoNotIncludeTests.class)
class EnginePurityTest {
    @ArchTest
    static final ArchRule CORE_DECIDES_OVER_VALUES =
            classes()
                    .that()
                    .resideInAPackage("..backup.engine.core..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.api..",
                            "io.matriarch.backup.codec..",
                            "io.matriarch.backup.format..",
                            "io.matriarch.backup.engine.core..",
                            "java.lang..",
                            "java.nio",
                            "java.time",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.util.zip",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule CORE_READS_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("..backup.engine.core..")
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule ENGINE_KNOWS_NO_FRAMEWORK =
            noClasses()
                    .that()
                    .resideInAPackage("..backup.engine..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi..");

    @ArchTest
    static final ArchRule ONLY_SQL_SPEAKS_TO_POSTGRESQL =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..backup.engine.sql..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "org.postgresql..");
}
