{{ config(meta={'slice': 'period_end', 'is_closed': true}) }}

-- Members are summed within a period.
with inputs as (

    select
        derived.observation_id,
        derived.numerator,
        derived.derived_from,
        unnest(derived.derived_from) as input_id
    from {{ ref('observations') }} as derived
    where derived.is_derived and derived.value is not null

)

select
    inputs.observation_id,
    len(inputs.derived_from) as inputs_named,
    count(found.observation_id) as inputs_found,
    inputs.numerator,
    sum(found.numerator) as numerators_of_inputs
from inputs
left join {{ ref('observations') }} as found on inputs.input_id = found.observation_id and found.is_current
group by inputs.observation_id, inputs.derived_from, inputs.numerator
having
    count(found.observation_id) <> len(inputs.derived_from)
    or abs(inputs.numerator - sum(found.numerator)) > 1e-6
