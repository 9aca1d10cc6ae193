package io.matriarch.management.jmx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/** The text a console shows for an MBean, an attribute, an operation or a parameter. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
public @interface Description {
    String TEXT = "matriarch.text";
    String UNITS = "units";

    @DescriptorKey(TEXT)
    String value();

    /** Of a number; empty for anything else. */
    @DescriptorKey(UNITS)
    String units() default "";
}
