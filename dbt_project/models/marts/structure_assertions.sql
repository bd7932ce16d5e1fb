select
    * exclude (is_assignable, model_order, model_label, is_current, is_usable),
    is_current,
    is_usable
from {{ ref('int_structure_assertions') }}
