enum SamotopDeliveryPlaceholder {}
