select
    * exclude (is_assignable, model_order, model_label, is_case_study, is_current, is_dropped, is_usable),
    is_case_study,
    is_current,
    is_dropped,
    is_usable
from {{ ref('int_structure_assertions') }}
