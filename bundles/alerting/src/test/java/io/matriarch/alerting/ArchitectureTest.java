package io.matriarch.alerting;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.alerting", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule CORE_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.alerting.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "java.io..",
                            "java.net..",
                            "java.nio.file..",
                            "java.util.concurrent..",
                            "jakarta..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(Thread.class, java.time.Clock.class)
                    .because("what to say, and to whom, is a function over values");

    @ArchTest
    static final ArchRule ONLY_MAIL_KNOWS_MAIL =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.alerting.mail..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("jakarta.mail..", "jakarta.activation..");

    @ArchTest
    static final ArchRule OSGI_STAYS_AT_THE_EDGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.alerting.osgi..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.osgi.service..", "org.osgi.framework..");
}
